/** Is this ZRTP (RFC 6189 §5)? First octet, cookie and a checksum over the whole packet. */
import { readI32, readU16 } from '../../base/bytes.ts'
import {
  CHECKSUM_LENGTH,
  FIRST_OCTET,
  FRAGMENT_OCTET,
  HEADER_LENGTH,
  MAGIC_COOKIE,
  MESSAGE_HEADER,
  PREAMBLE,
} from './constants.ts'
import { crc32c } from './crc32c.ts'

/** `unsure`: the cookie is there, but length or checksum is wrong, or it is a fragment: nothing to draw conclusions from. */
export type Probe = 'certain' | 'unsure' | 'not-for-us'

const LEAST = HEADER_LENGTH + MESSAGE_HEADER + CHECKSUM_LENGTH

/** True if `bytes[start, end)` begins as every ZRTP packet. */
export const hasCookie = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start >= HEADER_LENGTH &&
  (bytes[start] === FIRST_OCTET || bytes[start] === FRAGMENT_OCTET) &&
  readI32(bytes, start + 4) === MAGIC_COOKIE

/** True if preamble and length field of the message fill the packet. The caller has checked the cookie. */
export const hasFittingLength = (bytes: Uint8Array, start: number, end: number): boolean =>
  bytes[start] === FIRST_OCTET &&
  end - start >= LEAST &&
  readU16(bytes, start + HEADER_LENGTH) === PREAMBLE &&
  4 * readU16(bytes, start + HEADER_LENGTH + 2) === end - start - HEADER_LENGTH - CHECKSUM_LENGTH

/** True if the last four octets are the checksum of those before, least significant first (RFC 9260 Appendix A; so on every wire seen). */
export const hasRightChecksum = (bytes: Uint8Array, start: number, end: number): boolean => {
  const crc = crc32c(bytes, start, end - CHECKSUM_LENGTH)
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    if (bytes[end - CHECKSUM_LENGTH + i] !== ((crc >>> (8 * i)) & 0xff)) return false
  }
  return true
}

/** Whether the datagram `bytes[start, end)` is ZRTP. */
export const probeZrtp = (bytes: Uint8Array, start: number, end: number): Probe => {
  if (!hasCookie(bytes, start, end)) return 'not-for-us'
  return hasFittingLength(bytes, start, end) && hasRightChecksum(bytes, start, end) ? 'certain' : 'unsure'
}
