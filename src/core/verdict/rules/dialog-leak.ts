/** dialog-leak: readable NOTIFY or PUBLISH that describes calls. */
import type { CallFacts } from '../../call/index.ts'
import { observationOf } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { countOf } from '../words.ts'

/** See the head of this file. */
export const dialogLeak: Rule<CallFacts> = {
  id: 'dialog-leak',
  severity: 'medium',
  spec: 'RFC 4235 §6; RFC 6035 §6',
  title: 'Status messages tell about other calls',
  meaning:
    'Busy-lamp or quality messages name who talks to whom, even about calls whose own signalling is in TLS.',
  advice: 'Send subscriptions (BLF, RTCP-XR reports) over the same TLS transport as the calls.',
  check: (facts) => {
    const seen = observationOf(facts, 'dialog-leak')
    if (seen === null) return null
    return {
      frames: seen.frames,
      seen: `${countOf(seen.count, 'readable message')} with dialog-info or vq-rtcpxr.`,
    }
  },
}
