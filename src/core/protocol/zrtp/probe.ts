/** Recognises ZRTP (RFC 6189 §5): first octet 0x10, the magic cookie, and a checksum that fits. */
import { readU16, readU32 } from '../../base/bytes.ts'
import { crc32c } from './crc32c.ts'

const COOKIE = 0x5a525450
const PREAMBLE = 0x505a
const HEADER = 12
const CHECKSUM = 4
/** Preamble, length and type block. */
const SMALLEST_MESSAGE = 12

/** `certain`: cookie, length and checksum agree; `unsure`: the cookie alone, damaged behind it. */
export const probeZrtp = (bytes: Uint8Array, start: number, end: number): 'certain' | 'unsure' | 'not-for-us' => {
  if (end - start < HEADER + SMALLEST_MESSAGE + CHECKSUM) return 'not-for-us'
  if (bytes[start] !== 0x10 || readU32(bytes, start + 4) !== COOKIE) return 'not-for-us'
  if (readU16(bytes, start + HEADER) !== PREAMBLE) return 'unsure'
  const length = HEADER + 4 * readU16(bytes, start + HEADER + 2) + CHECKSUM
  if (length !== end - start) return 'unsure'
  return checksumFits(bytes, start, end) ? 'certain' : 'unsure'
}

/** RFC 3309 puts the CRC on the wire in the reversed byte order; RFC 6189 implementations agree with it. */
const checksumFits = (bytes: Uint8Array, start: number, end: number): boolean => {
  const crc = crc32c(bytes, start, end - CHECKSUM)
  const at = end - CHECKSUM
  const reversed =
    ((bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24)) >>> 0
  return crc === reversed || crc === readU32(bytes, at)
}
