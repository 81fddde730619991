/** fingerprint-mismatch: the DTLS certificate differs from the a=fingerprint that readable SDP announced. */
import type { CallFacts } from '../../call/index.ts'
import { handshakeFrames } from '../call-questions.ts'
import type { Rule } from '../rule.ts'
import { endpointOf, listOf } from '../words.ts'

/** See the head of this file. */
export const fingerprintMismatch: Rule<CallFacts> = {
  id: 'fingerprint-mismatch',
  severity: 'high',
  spec: 'RFC 5763 §5; RFC 8122 §6.2',
  title: 'The media certificate is not the announced one',
  meaning:
    'Somebody between the two ends may have put himself into the call: the keys were made with another certificate than SIP announced.',
  advice:
    'If a media relay or SBC ends DTLS on purpose, it must write its own fingerprint into the SDP. If none should be there, look for a man in the middle.',
  check: (facts) => {
    const mismatched = facts.dtls.filter(({ fingerprintMismatch }) => fingerprintMismatch === true)
    if (mismatched.length === 0) return null
    const ends = listOf(mismatched.map(({ ends: [a, b] }) => `${endpointOf(a)} and ${endpointOf(b)}`))
    return {
      frames: mismatched.flatMap(({ facts: dtls }) => handshakeFrames(dtls)),
      seen: `The DTLS certificate between ${ends} does not have the a=fingerprint of the SDP.`,
    }
  },
}
