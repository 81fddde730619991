/** mikey-null: a readable a=key-mgmt:mikey whose key transport is not encrypted. */
import type { CallFacts } from '../../call/index.ts'
import { observationOf } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { countOf } from '../words.ts'

/** See the head of this file. */
export const mikeyNull: Rule<CallFacts> = {
  id: 'mikey-null',
  severity: 'high',
  spec: 'RFC 3830 §4.2.3; RFC 4567',
  title: 'MIKEY carried the key unencrypted',
  meaning: 'The key message has NULL encryption: whoever reads the SIP message has the key of the voice.',
  advice:
    'Set the SIP transport to TLS, or use MIKEY with a pre-shared key or certificates; better DTLS-SRTP.',
  check: (facts) => {
    const seen = observationOf(facts, 'mikey-null')
    if (seen === null) return null
    return {
      frames: seen.frames,
      seen: `${countOf(seen.count, 'readable MIKEY message')} with NULL encryption.`,
    }
  },
}
