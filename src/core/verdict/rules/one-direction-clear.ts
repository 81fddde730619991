/** one-direction-clear: of two opposite streams one is clear and the other encrypted. */
import type { CallFacts, StreamFacts } from '../../call/index.ts'
import { SECOND } from '../../base/clock.ts'
import type { Rule } from '../rule.ts'
import { framesOfProtection, isClear, isEncrypted, isReverse } from '../stream-judgement.ts'
import { streamsOf } from '../words.ts'

/** Time in microseconds that both were up at once. */
const overlap = (a: StreamFacts, b: StreamFacts): number =>
  Math.min(a.lastAt, b.lastAt) - Math.max(a.firstAt, b.firstAt)

/** See the head of this file. */
export const oneDirectionClear: Rule<CallFacts> = {
  id: 'one-direction-clear',
  severity: 'high',
  spec: 'RFC 3711',
  title: 'Only one direction is encrypted',
  meaning: 'One half of the conversation can be heard by anyone on this wire, which is enough to follow it.',
  advice:
    'The side that sends the clear direction (named here) does not encrypt what it sends. Make SRTP mandatory there; if it is a PBX or SBC between two networks, set encryption for this leg.',
  check: (facts) => {
    const clear = facts.streams.filter(
      (stream) =>
        isClear(stream) &&
        facts.streams.some(
          (other) =>
            isReverse(stream, other) &&
            other.media === stream.media &&
            isEncrypted(other) &&
            // Behind a re-INVITE that changed both directions, the streams before it are no opposite of those after it.
            overlap(stream, other) >= SECOND,
        ),
    )
    if (clear.length === 0) return null
    return {
      frames: clear.flatMap((stream) => framesOfProtection(stream, 'clear')),
      seen: `Clear: ${streamsOf(clear)}; the opposite direction is encrypted.`,
    }
  },
}
