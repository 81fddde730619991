/** IAX2 (RFC 5456 §8.1): Asterisk's own protocol; signalling and voice share UDP port 4569. */
import { readU16, readU24, readU32 } from '../../base/bytes.ts'

const FULL_HEADER = 12
const MINI_HEADER = 4
/** No path carries more in one datagram of voice. */
const LONGEST = 1_400
/** Voice per 20 or 30 ms: G.729, GSM, G.723.1, iLBC, Speex, G.726, G.711/G.722 (RFC 5456 §8.7): a mini frame is nothing but voice. */
const MINI_LENGTHS: readonly number[] = [20, 24, 33, 38, 40, 42, 50, 60, 66, 80, 160, 240, 320]

const DIGITS = '0123456789*#ABCD'

/** A media format: a power of two, as itself up to 64 or as 128 + its exponent (RFC 5456 §8.1.1, C bit); 0 before one is agreed. */
const isFormat = (subclass: number): boolean =>
  subclass >= 0x80 ? subclass <= 0x80 + 63 : (subclass & (subclass - 1)) === 0

/** Subclasses by frame type (RFC 5456 §8.2–§8.4; 11 and 12 and the upper controls as Asterisk adds them). */
const SUBCLASSES: readonly ((subclass: number) => boolean)[] = [
  () => false,
  (digit) => DIGITS.includes(String.fromCharCode(digit)),
  isFormat,
  isFormat,
  (control) => control >= 1 && control <= 33,
  (nothing) => nothing === 0,
  (iax) => iax >= 1 && iax <= 40,
  (text) => text === 0,
  isFormat,
  (html) => html >= 1 && html <= 20,
  (level) => level <= 127,
  (modem) => modem >= 1 && modem <= 4,
  (digit) => DIGITS.includes(String.fromCharCode(digit)),
]
const TYPE_IAX = 6

/** Information elements (RFC 5456 §8.6) that fill `[start, end)` exactly; extensions use any number, 0 is none. */
const areElements = (bytes: Uint8Array, start: number, end: number): boolean => {
  let at = start
  while (at + 2 <= end) {
    if (bytes[at] === 0) return false
    at += 2 + (bytes[at + 1] as number)
  }
  return at === end
}

const isFullFrame = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (end - start < FULL_HEADER || end - start > LONGEST || (readU16(bytes, start) & 0x7fff) === 0)
    return false
  const type = bytes[start + 10] as number
  if (SUBCLASSES[type]?.(bytes[start + 11] as number) !== true) return false
  return type !== TYPE_IAX || areElements(bytes, start + FULL_HEADER, end)
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
