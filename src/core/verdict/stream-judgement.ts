/**
 * Questions about the streams of a call that the grade and several rules ask alike. The grade looks at the worst slice of each stream
 * (VERDICTS §2.3); the one exception is clear media before the keys: less than a second of it is a finding, not red (VERDICTS §1).
 */
import { SECOND, type Micros } from '../base/clock.ts'
import type { CallFacts, MediaProtection, SliceFacts, StreamFacts } from '../call/index.ts'

/** Clear media before the first completed key exchange is tolerated (as a finding) below this much media time per direction. */
export const CLEAR_BEFORE_KEYS_LIMIT = SECOND

const durationOf = (slice: SliceFacts): number => Math.max(0, slice.to - slice.from)

/** Start of the first encrypted slice, or null. */
const encryptionBegan = (stream: StreamFacts): Micros | null => {
  let began: Micros | null = null
  for (const slice of stream.slices) {
    if (slice.protection === 'encrypted' && (began === null || slice.from < began)) began = slice.from
  }
  return began
}

/**
 * The slices that stream.clearBeforeKeys speaks of and that it excuses: over before encryption began, and all of them together shorter than
 * the limit. A clear slice that outlasts the key exchange is never among them.
 */
export const excusedSlices = (stream: StreamFacts): readonly SliceFacts[] => {
  const before = stream.clearBeforeKeys
  const began = encryptionBegan(stream)
  if (before === null || began === null || before.micros >= CLEAR_BEFORE_KEYS_LIMIT) return []
  const covered = stream.slices.filter(
    (slice) =>
      (slice.protection === 'clear' || slice.protection === 'undecided') &&
      slice.to <= began &&
      before.frames.includes(slice.firstFrame),
  )
  const total = covered.reduce((sum, slice) => sum + durationOf(slice), 0)
  return total < CLEAR_BEFORE_KEYS_LIMIT ? covered : []
}

/** Slices that count for the grade. */
export const judgedSlices = (stream: StreamFacts): readonly SliceFacts[] => {
  const excused = excusedSlices(stream)
  return stream.slices.filter((slice) => !excused.includes(slice))
}

/** Every protection that the stream has in some part that counts; its own word too, unless that comes from excused slices only. */
export const protectionsOf = (stream: StreamFacts): ReadonlySet<MediaProtection> => {
  const protections = new Set(judgedSlices(stream).map((slice) => slice.protection))
  if (!excusedSlices(stream).some((slice) => slice.protection === stream.protection))
    protections.add(stream.protection)
  return protections
}

/** Some part can be heard (or seen) by anyone: no cipher at all. */
export const isClear = (stream: StreamFacts): boolean => protectionsOf(stream).has('clear')

/** Some part is authenticated and not encrypted. */
export const isAuthOnly = (stream: StreamFacts): boolean => protectionsOf(stream).has('auth-only')

/** The key stood readable on this wire, or was proved to fit. */
export const isKeyReadable = (stream: StreamFacts): boolean =>
  stream.keyExposure === 'readable' || stream.keyExposure === 'proven'

/** A MIKEY message with NULL encryption was readable and the stream's keys came by MIKEY. */
const isMikeyReadable = (facts: CallFacts, stream: StreamFacts): boolean =>
  stream.keying === 'mikey' && facts.observations.some(({ name }) => name === 'mikey-null')

/** The stream's key was readable, by whatever way. */
export const hasReadableKey = (facts: CallFacts, stream: StreamFacts): boolean =>
  isKeyReadable(stream) || isMikeyReadable(facts, stream)

/** What turns a call red. */
export const isExposed = (facts: CallFacts, stream: StreamFacts): boolean =>
  isClear(stream) || isAuthOnly(stream) || hasReadableKey(facts, stream)

/** Every part that counts is encrypted, and there is such a part. */
export const isEncrypted = (stream: StreamFacts): boolean => {
  const protections = protectionsOf(stream)
  return protections.size === 1 && protections.has('encrypted')
}

/** Frames where the slices of some protection begin; the stream's own first frame where it has no such slice. */
export const framesOfProtection = (stream: StreamFacts, protection: MediaProtection): number[] => {
  const slices = judgedSlices(stream).filter((slice) => slice.protection === protection)
  return slices.length > 0 ? slices.map((slice) => slice.firstFrame) : [stream.firstFrame]
}

/** Media time of the slices of some protection in microseconds; of the stream where it has no slices. */
export const timeOfProtection = (stream: StreamFacts, protection: MediaProtection): number => {
  const slices = judgedSlices(stream).filter((slice) => slice.protection === protection)
  if (stream.slices.length === 0) return stream.lastAt - stream.firstAt
  return slices.reduce((sum, slice) => sum + durationOf(slice), 0)
}

/** The other direction of the same conversation: the same two hosts, the other way round. */
export const isReverse = (a: StreamFacts, b: StreamFacts): boolean =>
  a.source.address === b.destination.address && a.destination.address === b.source.address

/** Media of both directions between the same two hosts was seen. */
export const hasBothDirections = (facts: CallFacts): boolean =>
  facts.streams.some((a) => facts.streams.some((b) => b !== a && isReverse(a, b)))

/** SIP of this call was readable: the call has the worst protection of its legs, and a leg here is SIP that we read. */
export const isSignallingPlain = (facts: CallFacts): boolean =>
  facts.signalling.protection === 'plain' || facts.legs.length > 0

/** The exchange of keys on the stream's own 5-tuple was seen to complete. */
export const isKeyingObserved = (facts: CallFacts, stream: StreamFacts): boolean => {
  const isItsFlow = ({ ends }: { readonly ends: CallFacts['zrtp'][number]['ends'] }): boolean =>
    ends.some((end, i) => {
      const other = ends[i === 0 ? 1 : 0]
      return (
        end.address === stream.source.address &&
        end.port === stream.source.port &&
        other.address === stream.destination.address &&
        other.port === stream.destination.port
      )
    })
  if (stream.keying === 'dtls')
    return facts.dtls.some((dtls) => dtls.facts.handshake === 'completed' && isItsFlow(dtls))
  if (stream.keying === 'zrtp')
    return facts.zrtp.some((zrtp) => zrtp.facts.completedAt !== null && isItsFlow(zrtp))
  return false
}
