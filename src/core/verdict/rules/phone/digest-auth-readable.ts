/** digest-auth-readable: readable digests of the phone with MD5, without qop or with a repeated nonce. */
import type { PhoneFacts } from '../../../call/index.ts'
import { digestWeaknesses } from '../../call-questions.ts'
import type { Rule } from '../../rule.ts'
import { countOf } from '../../words.ts'

/** See the head of this file. */
export const digestAuthReadable: Rule<PhoneFacts> = {
  id: 'digest-auth-readable',
  severity: 'medium',
  spec: 'RFC 7616 §5; RFC 8760',
  title: 'The phone uses a weak password check',
  meaning: 'MD5, no qop or a nonce used twice make it easier to guess the password or to replay the request.',
  advice:
    'Set the SIP transport to TLS; in the PBX prefer SHA-256 with qop=auth and a fresh nonce for each login.',
  check: (phone) => {
    const uses = phone.authentications.filter(
      ({ scheme, header }) => scheme === 'digest' && header.endsWith('authorization'),
    )
    // A retransmission has the same CSeq number; an ACK or CANCEL repeats that of its INVITE (RFC 3261 §17.1.1.3).
    const weaknesses = digestWeaknesses(uses.map((use) => ({ ...use, turn: String(use.sequence) })))
    if (uses.length === 0 || weaknesses.length === 0) return null
    return {
      frames: uses.map(({ frame }) => frame),
      seen: `${countOf(uses.length, 'readable request')} from ${phone.address}: ${weaknesses.join(', ')}.`,
    }
  },
}
