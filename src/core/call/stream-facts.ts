/** Projects one stream, with the key exchanges and RTCP around it, to its immutable StreamFacts. */
import type { Direction, Endpoint, Flow } from '../base/endpoint.ts'
import type { Micros } from '../base/clock.ts'
import { protectionProfileName, isNullProfile } from '../protocol/dtls/index.ts'
import type { MediaStream, Slice } from '../protocol/rtp/index.ts'
import type { MediaDescription } from '../protocol/sdp/index.ts'
import type { TlsFacts } from '../protocol/tls/index.ts'
import type { ZrtpFacts } from '../protocol/zrtp/index.ts'
import { sectionOf, sectionsUsed } from './attachment.ts'
import type { Attachment, Section } from './call.ts'
import type {
  KeyExposure,
  Keying,
  MediaProtection,
  ReadableKey,
  SliceFacts,
  StreamFacts,
} from './call-facts.ts'
import { protectionOf, type SliceContext } from './media-protection.ts'

/** A short tail or head inherits its neighbour's protection only up to this many packets (VERDICTS §2.3). */
const INHERIT_PACKETS = 25
const MAX_FRAMES = 16

/** Key exchanges and RTCP as the tracker knows them. */
export interface MediaSurroundings {
  dtlsOf(flow: Flow): { readonly facts: TlsFacts; readonly fingerprintMismatch: boolean | null } | undefined
  zrtpOf(flow: Flow): ZrtpFacts | undefined
  /** True if SRTCP of this sender towards this receiver was recognised. */
  hasSrtcp(ssrc: number, source: string, destination: string): boolean
}

/** The sending end of a direction. */
export const sourceOf = (stream: {
  flow: { ends: readonly [Endpoint, Endpoint] }
  direction: Direction
}): Endpoint => stream.flow.ends[stream.direction]

/** The receiving end of a direction. */
export const destinationOf = (stream: {
  flow: { ends: readonly [Endpoint, Endpoint] }
  direction: Direction
}): Endpoint => stream.flow.ends[stream.direction === 0 ? 1 : 0]

const completedKeys = (
  stream: MediaStream,
  around: MediaSurroundings,
): { keying: Keying; at: Micros } | null => {
  const dtls = around.dtlsOf(stream.flow)?.facts
  if (dtls?.handshake === 'completed' && dtls.completedAt !== null)
    return { keying: 'dtls', at: dtls.completedAt }
  const zrtp = around.zrtpOf(stream.flow)
  return zrtp?.completedAt != null ? { keying: 'zrtp', at: zrtp.completedAt } : null
}

/** True if a completed exchange covers the slice: it began after the completion, and no GoClear ended it before. */
const coveredByKeys = (slice: Slice, stream: MediaStream, around: MediaSurroundings): boolean => {
  const completed = completedKeys(stream, around)
  if (completed === null || slice.from < completed.at) return false
  const goClearAt = around.zrtpOf(stream.flow)?.goClearAt
  return completed.keying !== 'zrtp' || goClearAt == null || slice.from < goClearAt
}

const contextOf = (slice: Slice, attachment: Attachment, around: MediaSurroundings): SliceContext => {
  const { stream } = attachment
  const dtls = around.dtlsOf(stream.flow)
  const profile = dtls?.facts.srtpProfile ?? null
  return {
    knownSize: stream.codec.payloadBytes(stream.codec.clockRate) !== null,
    keysCompleted: coveredByKeys(slice, stream, around),
    beforeKeys: slice.from < (completedKeys(stream, around)?.at ?? 0),
    srtcp: around.hasSrtcp(stream.ssrc, sourceOf(stream).address, destinationOf(stream).address),
    fingerprintMismatch: dtls?.fingerprintMismatch === true,
    proven: attachment.proof !== null,
    nullCipher: profile !== null && isNullProfile(profile),
  }
}

const evidenceOf = (slice: Slice, context: SliceContext): SliceFacts['evidence'] => {
  const rows: { name: string; detail: string; frames: number[] }[] = []
  const excess = slice.excess()
  if (excess !== null) {
    rows.push({
      name: 'excess-length',
      detail: `${String(excess)} bytes in ${String(slice.pairs)} pairs`,
      frames: [slice.firstFrame],
    })
  }
  if (slice.payload !== null || slice.undecidedWindow) {
    const look = slice.payload ?? 'undecided'
    rows.push({ name: 'statistics', detail: `${look} ${slice.payloadDetail}`, frames: [slice.payloadFrame] })
  }
  if (slice.plainEvents > 0) {
    rows.push({
      name: 'telephone-event-plain',
      detail: `${String(slice.plainEvents)} packets`,
      frames: [slice.plainEventFrame],
    })
  }
  if (slice.cipherEvents > 0) {
    rows.push({
      name: 'telephone-event-cipher',
      detail: `${String(slice.cipherEvents)} packets`,
      frames: [slice.firstFrame],
    })
  }
  if (slice.cryptex > 0)
    rows.push({ name: 'cryptex', detail: `${String(slice.cryptex)} packets`, frames: [slice.firstFrame] })
  if (context.keysCompleted)
    rows.push({ name: 'key-exchange-completed', detail: 'before this slice', frames: [slice.firstFrame] })
  if (context.srtcp) rows.push({ name: 'srtcp', detail: 'same SSRC and direction', frames: [] })
  if (context.proven)
    rows.push({ name: 'key-proven', detail: 'a readable key verified its packets', frames: [] })
  return rows
}

const toSliceFacts = (slice: Slice, protection: MediaProtection, context: SliceContext): SliceFacts => ({
  from: slice.from,
  to: slice.to,
  firstFrame: slice.firstFrame,
  packets: slice.packets,
  protection,
  payload: slice.payload,
  excess: slice.excess(),
  evidence: evidenceOf(slice, context),
})

/** A slice too short to be judged by itself, and nothing in it speaks against its neighbour. */
const mayInherit = (
  slice: Slice,
  protection: MediaProtection,
  neighbour: Slice,
  context: SliceContext,
): boolean => {
  if (context.beforeKeys) return false
  if (protection !== 'undecided' || slice.undecidedWindow || slice.packets >= INHERIT_PACKETS) return false
  const own = slice.leadingExcess()
  const leading = neighbour.leadingExcess()
  return own === null || leading === null ? context.srtcp || context.keysCompleted : own === leading
}

const sliceFactsOf = (
  attachment: Attachment,
  around: MediaSurroundings,
  inheritable: number,
): SliceFacts[] => {
  const slices = attachment.stream.slices.filter((slice) => slice.packets > 0)
  const contexts = slices.map((slice) => contextOf(slice, attachment, around))
  const protections = slices.map((slice, i) => protectionOf(slice, contexts[i] as SliceContext))
  let left = inheritable
  const facts = slices.map((slice, i) => {
    let protection = protections[i] as MediaProtection
    for (const j of [i - 1, i + 1]) {
      const neighbour = slices[j]
      if (neighbour === undefined || protections[j] !== 'encrypted' || slice.packets > left) continue
      if (!mayInherit(slice, protection, neighbour, contexts[i] as SliceContext)) continue
      protection = 'encrypted'
      left -= slice.packets
    }
    return toSliceFacts(slice, protection, contexts[i] as SliceContext)
  })
  return mergeEqual(facts)
}

/** Neighbouring slices with the same protection are one to the reader. */
const mergeEqual = (slices: readonly SliceFacts[]): SliceFacts[] => {
  const merged: SliceFacts[] = []
  for (const slice of slices) {
    const last = merged[merged.length - 1]
    if (last?.protection !== slice.protection) merged.push(slice)
    else {
      const longer = last.packets >= slice.packets ? last : slice
      merged[merged.length - 1] = {
        ...longer,
        from: last.from,
        firstFrame: last.firstFrame,
        to: slice.to,
        packets: last.packets + slice.packets,
      }
    }
  }
  return merged
}

/** The description that was agreed on: the answer, or the offer while no answer was seen. */
const agreedOn = (attachment: Attachment): MediaDescription | null => {
  const section = sectionOf(attachment)
  if (section === null) return null
  return section.answered ?? (section.answerFrame === 0 ? section.offered : null)
}

const keyingOf = (attachment: Attachment, around: MediaSurroundings, protection: MediaProtection): Keying => {
  const completed = completedKeys(attachment.stream, around)
  if (completed !== null && protection !== 'clear') return completed.keying
  if (attachment.proof !== null) return attachment.proof.keying
  const agreed = agreedOn(attachment)
  if (agreed !== null && agreed.cryptoLines > 0) return 'sdes'
  if (agreed !== null && agreed.mikey !== null) return 'mikey'
  const dtls = around.dtlsOf(attachment.stream.flow)
  if (dtls !== undefined && dtls.facts.srtpProfile !== null) return 'dtls'
  return protection === 'clear' || protection === 'undecided' ? 'none' : 'unknown'
}

const cryptoLinesOf = (description: MediaDescription | null): number => description?.cryptoLines ?? 0

/** What a section gave away; `exchanged`: while it was in force a key exchange on the media completed, and so its own keys were not taken. */
const sectionExposure = (section: Section, exchanged: boolean): KeyExposure => {
  const offered = cryptoLinesOf(section.offered) > 0
  const answered = cryptoLinesOf(section.answered) > 0
  if (exchanged) return offered || answered ? 'offered' : 'none'
  return answered || (offered && section.answerFrame === 0) ? 'readable' : 'none'
}

const EXPOSURES: readonly KeyExposure[] = ['none', 'offered', 'readable', 'proven']

/** The worst of all sections under which packets came: a key shown before a re-INVITE opens what was sent before it. */
const exposureOfKeys = (
  attachment: Attachment,
  around: MediaSurroundings,
  protection: MediaProtection,
): KeyExposure => {
  if (attachment.proof !== null) return 'proven'
  if (protection === 'clear') return 'none'
  const completed = completedKeys(attachment.stream, around)
  const exposures = sectionsUsed(attachment).map(({ section, until }) =>
    sectionExposure(section, completed !== null && (until === null || completed.at < until)),
  )
  return EXPOSURES.filter((exposure) => exposures.includes(exposure)).pop() ?? 'none'
}

const profileOf = (attachment: Attachment, keying: Keying, around: MediaSurroundings): string | null => {
  if (attachment.proof !== null) return attachment.proof.suite
  if (keying === 'dtls') {
    const profile = around.dtlsOf(attachment.stream.flow)?.facts.srtpProfile ?? null
    return profile === null ? null : protectionProfileName(profile)
  }
  return keying === 'sdes' ? (agreedOn(attachment)?.crypto[0]?.suite ?? null) : null
}

/** Clear or unproven media before the first completed exchange, if the stream is encrypted later. */
const clearBeforeKeysOf = (
  attachment: Attachment,
  slices: readonly SliceFacts[],
  around: MediaSurroundings,
): StreamFacts['clearBeforeKeys'] => {
  const completed = completedKeys(attachment.stream, around)
  if (completed === null || !slices.some((slice) => slice.protection === 'encrypted')) return null
  const before = slices.filter((slice) => slice.from < completed.at && slice.protection !== 'encrypted')
  if (before.length === 0) return null
  return {
    micros: before.reduce(
      (sum, slice) => sum + Math.max(0, Math.min(slice.to, completed.at) - slice.from),
      0,
    ),
    packets: before.reduce((sum, slice) => sum + slice.packets, 0),
    frames: before.map((slice) => slice.firstFrame).slice(0, 16),
  }
}

/** The protection of the slice with most packets: what the report calls the stream's (VERDICTS §2.3). */
const mainProtection = (slices: readonly SliceFacts[]): MediaProtection => {
  const packets = new Map<MediaProtection, number>()
  for (const slice of slices)
    packets.set(slice.protection, (packets.get(slice.protection) ?? 0) + slice.packets)
  let best: MediaProtection = 'undecided'
  for (const [protection, count] of packets) if (count > (packets.get(best) ?? -1)) best = protection
  return best
}

const isMulticast = (address: string): boolean => {
  const first = Number.parseInt(address, 10)
  return address.includes(':') ? address.startsWith('ff') : first >= 224 && first <= 239
}

/** Frames where the readable key stood: in the section's descriptions, or where the proved key was found. */
const keyFramesOf = (
  attachment: Attachment,
  keyExposure: KeyExposure,
  keys: readonly ReadableKey[],
): number[] => {
  if (keyExposure === 'none') return []
  const { proof } = attachment
  const stood =
    proof === null ? sectionsUsed(attachment).map(({ section }) => section.answerFrame) : [proof.keyFrame]
  const frames = [...stood, ...keys.map((key) => key.frame)]
  return [...new Set(frames)].filter((frame) => frame > 0).slice(0, MAX_FRAMES)
}

const tagBytesOf = (stream: MediaStream): number | null =>
  stream.slices.map((slice) => slice.tagBytes()).find((tag) => tag !== null && tag > 0) ?? null

/** See the head of this file. `inheritable`: packets that short slices of the call may still inherit. */
export const toStreamFacts = (
  attachment: Attachment,
  around: MediaSurroundings,
  keys: readonly ReadableKey[],
  inheritable: number,
): StreamFacts => {
  const { stream } = attachment
  const section = sectionOf(attachment)
  const slices = sliceFactsOf(attachment, around, inheritable)
  const protection = mainProtection(slices)
  const keying = keyingOf(attachment, around, protection)
  const destination = destinationOf(stream)
  const media = section?.answered ?? section?.offered ?? null
  const keyExposure = exposureOfKeys(attachment, around, protection)
  return {
    source: sourceOf(stream),
    destination,
    ssrc: stream.ssrc >>> 0,
    media: media?.media ?? stream.codec.media,
    payloadType: stream.payloadType,
    codec: stream.codec.name === 'unknown' ? null : stream.codec.name,
    clockRate: stream.codec.clockRate,
    decodable: stream.codec.decodable,
    claim: media?.proto ?? null,
    protection,
    keying,
    profile: profileOf(attachment, keying, around),
    keyExposure,
    keyFrames: keyFramesOf(attachment, keyExposure, keys),
    tagBytes: tagBytesOf(stream),
    packets: stream.packets,
    payloadBytes: stream.payloadBytes,
    lost: stream.lost,
    firstAt: stream.firstAt,
    lastAt: stream.lastAt,
    firstFrame: stream.firstFrame,
    lastFrame: stream.lastFrame,
    slices,
    clearBeforeKeys: clearBeforeKeysOf(attachment, slices, around),
    plainEvents: { frames: [...stream.events.plainFrames], count: stream.events.plain },
    eventCount: stream.events.events,
    audioLevel: { frames: [...stream.extensions.audioLevelFrames], count: stream.extensions.audioLevels },
    ambiguous: {
      frames: [...stream.ambiguousFrames],
      count: stream.ambiguous + (stream.sliceOverflow ? 1 : 0),
    },
    holes: stream.sequences.holes,
    multicast: isMulticast(destination.address),
    twoTimePad: { frames: [], count: 0 },
  }
}
