/** digest-over-plain-register: a REGISTER with digest credentials that was readable. */
import type { PhoneFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { countOf, listOf } from '../../words.ts'

/** See the head of this file. */
export const digestOverPlainRegister: Rule<PhoneFacts> = {
  id: 'digest-over-plain-register',
  severity: 'high',
  spec: 'RFC 3261 §22; RFC 7616 §5',
  title: 'The phone logs in over readable SIP',
  meaning:
    'Every login shows user name and a digest of the password to this wire; the password can be guessed at home, and then calls are made on this account.',
  advice:
    'Set the SIP transport of the phone to TLS (Yealink: Account > Register > Transport = TLS) and close UDP and TCP on the PBX. Then give the phone a new long random password.',
  check: (phone) => {
    const logins = phone.authentications.filter(
      ({ method, scheme, header }) =>
        method === 'REGISTER' && scheme === 'digest' && header.endsWith('authorization'),
    )
    if (logins.length === 0) return null
    const transports = listOf(phone.registrations.map(({ transport }) => transport))
    const over = transports === '' ? '' : ` over ${transports}`
    return {
      frames: logins.map(({ frame }) => frame),
      seen: `${countOf(logins.length, 'readable login')} from ${phone.address}${over}.`,
    }
  },
}
