/** sip-basic-auth: Basic credentials in a readable request of the phone. */
import type { PhoneFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { countOf } from '../../words.ts'

/** See the head of this file. */
export const sipBasicAuth: Rule<PhoneFacts> = {
  id: 'sip-basic-auth',
  severity: 'high',
  spec: 'RFC 3261 §22; RFC 7617 §4',
  title: 'The phone sent its password as it is',
  meaning:
    'Basic authentication shows the SIP password itself: whoever reads it can make calls on this account.',
  advice:
    'Change the password now, switch Basic off (SIP forbids it) and use TLS with digest or client certificates.',
  check: (phone) => {
    const uses = phone.authentications.filter(
      ({ scheme, header }) => scheme === 'basic' && header.endsWith('authorization'),
    )
    if (uses.length === 0) return null
    return {
      frames: uses.map(({ frame }) => frame),
      seen: `${countOf(uses.length, 'readable request')} from ${phone.address} with a Basic password; it is not kept here.`,
    }
  },
}
