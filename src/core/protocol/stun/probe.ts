/**
 * Is this STUN? Messages since RFC 5389 show a magic cookie. Those of RFC 3489 have none: they are believed only if type, length and every
 * attribute are as that RFC lists them and fill the datagram exactly.
 */
import { readI32, readU16 } from '../../base/bytes.ts'
import {
  CLASSIC_EXTRAS,
  CLASSIC_TYPES,
  HEADER_LENGTH,
  LAST_CLASSIC_ATTRIBUTE,
  MAGIC_COOKIE,
} from './constants.ts'

/** `certain`: magic cookie. `unsure`: RFC 3489, or too few bytes of a stream to tell. */
export type Probe = 'certain' | 'unsure' | 'not-for-us'

const areClassicAttributes = (bytes: Uint8Array, start: number, end: number): boolean => {
  let at = start
  while (at + 4 <= end) {
    const type = readU16(bytes, at)
    const length = readU16(bytes, at + 2)
    const known = (type >= 1 && type <= LAST_CLASSIC_ATTRIBUTE) || CLASSIC_EXTRAS.includes(type)
    // RFC 3489 §11.2: values are multiples of four octets, there is no padding.
    if (!known || (length & 3) !== 0) return false
    at += 4 + length
  }
  return at === end
}

/** True for a whole message of RFC 3489 in `bytes[start, end)`. */
const isClassicStun = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start >= HEADER_LENGTH &&
  CLASSIC_TYPES.includes(readU16(bytes, start)) &&
  readU16(bytes, start + 2) === end - start - HEADER_LENGTH &&
  areClassicAttributes(bytes, start + HEADER_LENGTH, end)

/**
 * Whether a STUN message begins at `start`. A length field that does not fit is left to the parser: in a stream, and in a capture with
 * short snap length, the rest of the message is elsewhere.
 */
export const probeStun = (bytes: Uint8Array, start: number, end: number): Probe => {
  if (end - start < 8 || ((bytes[start] as number) & 0xc0) !== 0) return 'not-for-us'
  if (readI32(bytes, start + 4) === MAGIC_COOKIE) {
    if ((readU16(bytes, start + 2) & 3) !== 0) return 'not-for-us'
    return end - start >= HEADER_LENGTH ? 'certain' : 'unsure'
  }
  return isClassicStun(bytes, start, end) ? 'unsure' : 'not-for-us'
}
