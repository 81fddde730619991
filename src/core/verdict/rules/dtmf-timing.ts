/** dtmf-timing: encrypted telephone events whose number and time show. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'
import { countOf } from '../words.ts'

/** See the head of this file. */
export const dtmfTiming: Rule<CallFacts> = {
  id: 'dtmf-timing',
  severity: 'low',
  spec: 'RFC 4733 §7; RFC 6562',
  title: 'Digits can be counted',
  meaning:
    'Packets of typed digits stand out by size and payload type: how many were typed, and when, can be seen; which ones cannot.',
  advice: 'Usually acceptable. Where it is not, send digits inside the voice (in-band) under SRTP.',
  check: (facts) => {
    const streams = facts.streams.filter(
      ({ protection, eventCount, plainEvents }) =>
        protection === 'encrypted' && eventCount > 0 && plainEvents.count === 0,
    )
    if (streams.length === 0) return null
    const events = streams.reduce((sum, { eventCount }) => sum + eventCount, 0)
    return {
      frames: streams.map(({ firstFrame }) => firstFrame),
      seen: `${countOf(events, 'encrypted telephone event')} in ${countOf(streams.length, 'stream')}.`,
    }
  },
}
