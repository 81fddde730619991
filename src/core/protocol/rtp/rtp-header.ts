/** Cheap readers of the RTP header (RFC 3550 §5.1, §5.3.1); the caller has checked that the first octet has version 2. */
import { readU16 } from '../../base/bytes.ts'

const FIXED = 12
/** Profile values of RFC 9335 §5.1: header extensions and CSRCs are encrypted. */
const CRYPTEX_ONE_BYTE = 0xc0de
const CRYPTEX_TWO_BYTE = 0xc2de

/** Length in bytes of header, CSRC list and extension of the packet in `bytes[start, end)`; -1 if they do not fit into it. */
export const rtpHeaderLength = (bytes: Uint8Array, start: number, end: number): number => {
  const first = bytes[start] as number
  let length = FIXED + 4 * (first & 0x0f)
  if ((first & 0x10) !== 0) {
    if (start + length + 4 > end) return -1
    length += 4 + 4 * readU16(bytes, start + length + 2)
  }
  return start + length <= end ? length : -1
}

/** True if the extension's profile says cryptex (RFC 9335); the caller has checked the X bit. */
export const isCryptex = (bytes: Uint8Array, start: number): boolean => {
  const profile = readU16(bytes, start + FIXED + 4 * ((bytes[start] as number) & 0x0f))
  return profile === CRYPTEX_ONE_BYTE || profile === CRYPTEX_TWO_BYTE
}
