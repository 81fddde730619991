/** keys-outside-sip: SRTP keys in HEP, rtpengine ng, INFO or other readable bodies. */
import type { CallFacts } from '../../call/index.ts'
import { observationOf } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { countOf } from '../words.ts'

/** See the head of this file. */
export const keysOutsideSip: Rule<CallFacts> = {
  id: 'keys-outside-sip',
  severity: 'high',
  spec: 'RFC 4568 §7; RFC 6086',
  title: 'Media keys in other readable messages',
  meaning:
    'A key for SRTP travels where nobody expects it: whoever reads it can decrypt the voice, even if SIP is in TLS.',
  advice:
    'Send HEP and rtpengine control traffic through TLS or a tunnel, or keep it on the host itself (127.0.0.1); stop products that copy keys into INFO or XML bodies.',
  check: (facts) => {
    const seen = observationOf(facts, 'keys-outside-sip')
    const outside = facts.keys.filter(({ where }) => where === 'outside-sip')
    if (seen === null && outside.length === 0) return null
    return {
      frames: [...(seen?.frames ?? []), ...outside.map(({ frame }) => frame)],
      seen: `${countOf(Math.max(seen?.count ?? 0, outside.length), 'readable key')} outside SDP in SIP.`,
    }
  },
}
