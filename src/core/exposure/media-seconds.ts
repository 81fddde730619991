/** Seconds of sound, picture and fax that somebody who recorded this wire can reconstruct. */
import { SECOND } from '../base/clock.ts'
import { formatEndpoint } from '../base/ip-address.ts'
import type { CallFacts, SliceFacts, StreamFacts } from '../call/index.ts'
import { hasReadableKey } from '../verdict/index.ts'
import type { Exposure } from './exposure.ts'

const MAX_ROWS = 32

const tenths = (value: number): number => Math.round(value * 10) / 10

const isReadable = ({ protection }: SliceFacts): boolean =>
  protection === 'clear' || protection === 'auth-only'

/** All of a stream whose key was readable, else its clear and authenticated-only slices; clear media before the keys counts too. */
const secondsOf = (facts: CallFacts, stream: StreamFacts): number => {
  const whole = Math.max(0, stream.lastAt - stream.firstAt)
  if (hasReadableKey(facts, stream)) return whole / SECOND
  if (stream.slices.length === 0) {
    return stream.protection === 'clear' || stream.protection === 'auth-only' ? whole / SECOND : 0
  }
  return (
    stream.slices.filter(isReadable).reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0) / SECOND
  )
}

/** True if some of the stream can be reconstructed, were it a single packet. */
export const isReconstructible = (facts: CallFacts, stream: StreamFacts): boolean =>
  hasReadableKey(facts, stream) ||
  stream.slices.some(isReadable) ||
  (stream.slices.length === 0 && (stream.protection === 'clear' || stream.protection === 'auth-only'))

const isOther = (stream: StreamFacts): boolean => ['video', 'image', 'text', 'message'].includes(stream.media)

/** One row a stream of sound, the longest first. */
export const audioOf = (facts: CallFacts): Exposure['audio'] =>
  facts.streams
    .filter((stream) => !isOther(stream) && isReconstructible(facts, stream))
    .map((stream) => ({
      source: formatEndpoint(stream.source.address, stream.source.port),
      destination: formatEndpoint(stream.destination.address, stream.destination.port),
      codec: stream.codec ?? 'unknown',
      seconds: tenths(secondsOf(facts, stream)),
      decodable: stream.decodable,
      lostPercent: stream.lost > 0 ? tenths((100 * stream.lost) / (stream.lost + stream.packets)) : 0,
    }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, MAX_ROWS)

const secondsOfMedia = (facts: CallFacts, media: string): number =>
  tenths(
    facts.streams
      .filter((stream) => stream.media === media)
      .reduce((sum, stream) => sum + secondsOf(facts, stream), 0),
  )

/** Seconds of video. */
export const videoSecondsOf = (facts: CallFacts): number => secondsOfMedia(facts, 'video')

/** Seconds of T.38 fax. */
export const faxSecondsOf = (facts: CallFacts): number => secondsOfMedia(facts, 'image')
