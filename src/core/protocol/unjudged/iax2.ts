/** IAX2 (RFC 5456 §8.1): Asterisk's own protocol; signalling and voice share UDP port 4569. */
import { readU16, readU24, readU32 } from '../../base/bytes.ts'

const FULL_HEADER = 12
const MINI_HEADER = 4
/** Frame types 1–10 (RFC 5456 §8.2), 11 and 12 as Asterisk adds them. */
const LAST_TYPE = 12
const TYPE_IAX = 6
/** IAX control subclasses 1–40 (RFC 5456 §8.4). */
const LAST_IAX_SUBCLASS = 40
/** Information elements (RFC 5456 §8.6): 1–56 with gaps; newer ones of Asterisk end at 58. */
const LAST_ELEMENT = 58
/** Voice per 20 or 30 ms: G.729, GSM, G.723.1, iLBC, Speex, G.726, G.711/G.722 (RFC 5456 §8.7): a mini frame is nothing but voice. */
const MINI_LENGTHS: readonly number[] = [20, 24, 33, 38, 40, 42, 50, 60, 66, 80, 160, 240, 320]

/** Information elements that fill `[start, end)` exactly. */
const areElements = (bytes: Uint8Array, start: number, end: number): boolean => {
  let at = start
  while (at + 2 <= end) {
    const type = bytes[at] as number
    if (type < 1 || type > LAST_ELEMENT) return false
    at += 2 + (bytes[at + 1] as number)
  }
  return at === end
}

const isFullFrame = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (end - start < FULL_HEADER || (readU16(bytes, start) & 0x7fff) === 0) return false
  const type = bytes[start + 10] as number
  const subclass = bytes[start + 11] as number
  if (type < 1 || type > LAST_TYPE) return false
  if (type !== TYPE_IAX)
    return (bytes[start + 8] as number) + (bytes[start + 9] as number) > 0 && end - start <= 1_400
  return subclass >= 1 && subclass <= LAST_IAX_SUBCLASS && areElements(bytes, start + FULL_HEADER, end)
}

/** A trunk of mini frames (RFC 5456 §8.1.3): zero, meta command 1, a flag, a timestamp, then entries of call, length and voice. */
const isTrunk = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (end - start < 8 || readU24(bytes, start) !== 1 || (bytes[start + 3] as number) > 1) return false
  const stamps = (bytes[start + 3] as number) === 1
  let at = start + 8
  while (at + 4 <= end) {
    const length = stamps ? readU16(bytes, at) : readU16(bytes, at + 2)
    at += (stamps ? 6 : 4) + length
  }
  return at === end && at > start + 8
}

/** Whether the datagram is a full frame, a trunk, or a mini frame with voice of a usual length; the port has been checked. */
export const isIax2 = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (end - start < MINI_HEADER) return false
  if (((bytes[start] as number) & 0x80) !== 0) return isFullFrame(bytes, start, end)
  if (readU16(bytes, start) === 0) return isTrunk(bytes, start, end)
  return MINI_LENGTHS.includes(end - start - MINI_HEADER) && readU32(bytes, start) !== 0
}
