/** transport-fallback: readable SIP from a phone that used TLS before. */
import type { CallFacts } from '../../call/index.ts'
import { observationOf } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { countOf } from '../words.ts'

/** See the head of this file. */
export const transportFallback: Rule<CallFacts> = {
  id: 'transport-fallback',
  severity: 'medium',
  spec: 'RFC 3261 §26.2.2; RFC 5630 §3.1',
  title: 'The phone fell back from TLS',
  meaning:
    'The phone spoke TLS before and now speaks readable SIP: whoever disturbs TLS gets everything in the clear.',
  advice:
    'Set the transport of the phone to TLS only (no automatic choice, no DNS NAPTR with UDP), and close UDP and TCP 5060 on the PBX.',
  check: (facts) => {
    const seen = observationOf(facts, 'transport-fallback')
    if (seen === null) return null
    return {
      frames: seen.frames,
      seen: `${countOf(seen.count, 'readable message')} from a phone that used TLS before.`,
    }
  },
}
