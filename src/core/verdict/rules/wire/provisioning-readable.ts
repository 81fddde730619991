/** provisioning-readable: phone configuration with SIP credentials in readable HTTP or TFTP. */
import type { WireFacts } from '../../../call/index.ts'
import type { Rule } from '../../rule.ts'
import { endpointOf, listOf } from '../../words.ts'

/** See the head of this file. */
export const provisioningReadable: Rule<WireFacts> = {
  id: 'provisioning-readable',
  severity: 'high',
  spec: 'RFC 1350 §3; RFC 9110 §17',
  title: 'Phone passwords cross the wire in the clear',
  meaning:
    'A configuration file with SIP passwords was sent readable (HTTP or TFTP): who reads it can make calls as that phone.',
  advice:
    'Serve the configuration by HTTPS with client certificates, switch TFTP and HTTP off, and change the passwords that were seen.',
  check: ({ provisioning }) => {
    if (provisioning.length === 0) return null
    const words = provisioning.map(
      ({ protocol, client, server }) =>
        `${protocol.toUpperCase()} from ${endpointOf(server)} to ${client.address}`,
    )
    return {
      frames: provisioning.flatMap(({ seen }) => seen.frames),
      seen: `${listOf(words)}; no password is kept here.`,
    }
  },
}
