/** What the rules for clear sound, picture and fax have in common: which streams, how long, and when in the call. */
import { SECOND } from '../../base/clock.ts'
import type { CallFacts, StreamFacts } from '../../call/index.ts'
import type { RuleHit } from '../rule.ts'
import { framesOfProtection, judgedSlices, timeOfProtection } from '../stream-judgement.ts'
import { countOf, secondsOf, streamsOf } from '../words.ts'

/** First and last moment of the clear slices, in seconds from the start of the call with one decimal. */
const intervalOf = (facts: CallFacts, streams: readonly StreamFacts[]): string => {
  let from = Infinity
  let to = -Infinity
  for (const stream of streams) {
    const slices = judgedSlices(stream).filter(({ protection }) => protection === 'clear')
    for (const slice of slices.length > 0 ? slices : [{ from: stream.firstAt, to: stream.lastAt }]) {
      from = Math.min(from, slice.from)
      to = Math.max(to, slice.to)
    }
  }
  const tenths = (at: number): string => (Math.max(0, at - facts.startedAt) / SECOND).toFixed(1)
  return `from ${tenths(from)} s to ${tenths(to)} s of the call`
}

/** A hit for streams that are clear (in part), or null if there are none. `what` names what was in them: sound, picture, fax. */
export const clearHit = (facts: CallFacts, streams: readonly StreamFacts[], what: string): RuleHit | null => {
  if (streams.length === 0) return null
  const time = streams.reduce((sum, stream) => sum + timeOfProtection(stream, 'clear'), 0)
  const seen = `${secondsOf(time)} of ${what} in ${countOf(streams.length, 'stream')} without encryption`
  return {
    frames: streams.flatMap((stream) => framesOfProtection(stream, 'clear')),
    seen: `${seen}, ${intervalOf(facts, streams)}: ${streamsOf(streams)}.`,
  }
}
