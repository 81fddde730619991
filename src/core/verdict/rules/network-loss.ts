/** network-loss: gaps in the sequence numbers of streams. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { countOf } from '../words.ts'

/** See the head of this file. */
export const networkLoss: Rule<CallFacts> = {
  id: 'network-loss',
  severity: 'info',
  spec: 'RFC 3550 §A.3',
  title: 'Packets were lost on the way',
  meaning:
    'Gaps in the sequence numbers that the network made, not this capture; they change nothing about privacy.',
  advice: 'Look at the line, the switch and the QoS settings if people complain about the sound.',
  check: (facts) => {
    const lossy = facts.streams.filter(({ lost }) => lost > 0)
    if (lossy.length === 0) return null
    const lost = lossy.reduce((sum, stream) => sum + stream.lost, 0)
    const sent = lossy.reduce((sum, stream) => sum + stream.lost + stream.packets, 0)
    const percent = Math.round((1000 * lost) / sent) / 10
    return {
      frames: lossy.map(({ firstFrame }) => firstFrame),
      seen: `${lost} of ${countOf(sent, 'packet')} missing (${percent} %) in ${countOf(lossy.length, 'stream')}.`,
    }
  },
}
