/** TURN ChannelData (RFC 8656 §12.4): a channel number 0x4000–0x4FFF, a length, the payload, padding on streams. */
import { readU16 } from '../../base/bytes.ts'

const HEADER = 4

/** True if `bytes[start, end)` could be one ChannelData message: the length field fits, with at most 3 bytes of padding. */
export const isChannelData = (bytes: Uint8Array, start: number, end: number): boolean => {
  const length = end - start
  if (length < HEADER || ((bytes[start] as number) & 0xf0) !== 0x40) return false
  const spare = length - HEADER - readU16(bytes, start + 2)
  return spare >= 0 && spare <= 3
}

/** Where the payload of a ChannelData message is; `length` is the field's, which a cut capture may not reach. */
export const channelPayload = (
  bytes: Uint8Array,
  start: number,
  end: number,
): { start: number; end: number; length: number } => {
  const length = readU16(bytes, start + 2)
  return { start: start + HEADER, end: Math.min(end, start + HEADER + length), length }
}
