/** Phone configuration with SIP credentials, readable in HTTP or TFTP: recognised by the vendors' key names; the value is never looked at. */
import { indexOfAscii, startsWithAscii } from '../../base/bytes.ts'

/** How the makes write the SIP password (vendors' provisioning guides). */
const CREDENTIAL_KEYS: readonly string[] = [
  'account.1.password', // Yealink
  'reg.1.auth.password', // Polycom
  'user_pass1', // Snom
  '<user_pass', // Snom XML
  '<authPassword>', // Cisco
  '<Password_1_', // Cisco SPA
  '<P34>', // Grandstream
  'sip line1 password', // Aastra, Mitel
]

const LOOK = 4096

/** True if the beginning of a TCP piece or datagram is an HTTP response, HTTP PUT or TFTP data block with such a key in it. */
export const probeProvisioning = (bytes: Uint8Array, start: number, end: number): boolean => {
  const http = startsWithAscii(bytes, start, end, 'HTTP/1.') || startsWithAscii(bytes, start, end, 'PUT ')
  const tftp = end - start > 4 && bytes[start] === 0 && bytes[start + 1] === 3
  if (!http && !tftp) return false
  const stop = Math.min(end, start + LOOK)
  return CREDENTIAL_KEYS.some((key) => indexOfAscii(bytes, start, stop, key) >= 0)
}
