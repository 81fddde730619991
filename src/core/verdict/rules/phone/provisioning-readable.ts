/** provisioning-readable: the phone fetched a configuration with SIP credentials over HTTP or TFTP. */
import type { PhoneFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { countOf } from '../../words.ts'

/** See the head of this file. */
export const provisioningReadable: Rule<PhoneFacts> = {
  id: 'provisioning-readable',
  severity: 'high',
  spec: 'RFC 1350 §3; RFC 9110 §17',
  title: 'The phone fetched its passwords in the clear',
  meaning:
    'The configuration file with the SIP password was sent readable (HTTP or TFTP): who reads it can make calls as this phone.',
  advice:
    'Serve the configuration by HTTPS with client certificates (auto provisioning URL https://…), switch TFTP and HTTP off, and change the passwords that were seen.',
  check: ({ provisioning, address }) =>
    provisioning.count === 0
      ? null
      : {
          frames: provisioning.frames,
          seen: `${countOf(provisioning.count, 'readable configuration packet')} to ${address}; no password is kept here.`,
        },
}
