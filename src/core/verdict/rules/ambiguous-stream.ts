/** ambiguous-stream: the same place in a stream was filled twice with different bytes. */
import type { CallFacts } from '../../call/index.ts'
import { observationOf } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { countOf, streamsOf } from '../words.ts'

/** See the head of this file. */
export const ambiguousStream: Rule<CallFacts> = {
  id: 'ambiguous-stream',
  severity: 'medium',
  spec: 'RFC 3550 §8; RFC 3711 §9.1',
  title: 'Two different packets claim one place',
  meaning:
    'Packets with the same number and different content: a fault, a mirror port that mixes two points, or somebody who injects media.',
  advice: 'Capture at one point only. If it stays, look for a second sender with the same SSRC.',
  check: (facts) => {
    const streams = facts.streams.filter(({ ambiguous }) => ambiguous.count > 0)
    const overlap = observationOf(facts, 'tcp-overlap')
    if (streams.length === 0 && overlap === null && !facts.reasons.includes('ambiguous-stream')) return null
    const packets = streams.reduce((sum, { ambiguous }) => sum + ambiguous.count, 0)
    const parts: string[] = []
    if (packets > 0) parts.push(`${countOf(packets, 'packet')} in ${streamsOf(streams)}`)
    if (overlap !== null) parts.push(`${countOf(overlap.count, 'TCP segment')} sent again with other bytes`)
    return {
      frames: [...streams.flatMap(({ ambiguous }) => ambiguous.frames), ...(overlap?.frames ?? [])],
      seen: parts.length > 0 ? `${parts.join('; ')}.` : 'Another flow sent media for the same section.',
    }
  },
}
