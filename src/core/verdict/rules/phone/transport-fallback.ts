/** transport-fallback: readable requests from a phone that had a TLS signalling connection before. */
import type { PhoneFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { countOf } from '../../words.ts'

/** See the head of this file. */
export const transportFallback: Rule<PhoneFacts> = {
  id: 'transport-fallback',
  severity: 'medium',
  spec: 'RFC 3261 §26.2.2; RFC 5630 §3.1',
  title: 'The phone fell back from TLS',
  meaning:
    'The phone spoke TLS before and now speaks readable SIP: whoever disturbs TLS gets everything in the clear.',
  advice:
    'Set the transport of the phone to TLS only (no automatic choice), and close UDP and TCP 5060 on the PBX.',
  check: ({ transportFallback, address }) =>
    transportFallback.count === 0
      ? null
      : {
          frames: transportFallback.frames,
          seen: `${countOf(transportFallback.count, 'readable request')} from ${address} after TLS.`,
        },
}
