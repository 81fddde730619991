/** The header of one frame (RFC 6455 §5.2). */
import { readU16, readU32 } from '../../base/bytes.ts'
import { MAX_CONTROL, OPCODE } from './constants.ts'

/** Filled anew by decodeFrameHeader. */
export class FrameHeader {
  final = false
  /** RSV1: compressed (RFC 7692 §6) if on the first frame of a message. */
  compressed = false
  opcode = 0
  masked = false
  /** Masking key, most significant byte first; 0 if unmasked. */
  mask = 0
  /** Bytes of the header itself. */
  headerLength = 0
  /** Payload bytes; Infinity beyond 2^53. */
  payloadLength = 0
  /** False for what RFC 6455 §5.2 forbids: reserved bits or opcodes, long or fragmented control frames, a length not in its shortest form. */
  wellFormed = false
}

/** Bytes of the extended length field by the 7-bit length. */
const EXTENDED_LENGTH: Readonly<Record<number, number>> = { 126: 2, 127: 8 }

/** 64-bit length; the most significant bit must be 0, and no capture has a frame of 2^53 bytes. */
const readLength64 = (bytes: Uint8Array, at: number): number => {
  const high = readU32(bytes, at)
  return high >= 0x200000 ? Infinity : high * 0x1_0000_0000 + readU32(bytes, at + 4)
}

const isWellFormed = (frame: FrameHeader, first: number, shortest: boolean): boolean => {
  if ((first & 0x30) !== 0 || !shortest) return false
  if (frame.opcode <= OPCODE.binary) return true
  return (
    frame.opcode <= OPCODE.pong &&
    frame.opcode >= OPCODE.close &&
    frame.final &&
    frame.payloadLength <= MAX_CONTROL
  )
}

/** Reads the frame header at `start` into `frame`; false if it does not end before `end`. */
export const decodeFrameHeader = (
  frame: FrameHeader,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean => {
  if (end - start < 2) return false
  const first = bytes[start] ?? 0
  const second = bytes[start + 1] ?? 0
  const short = second & 127
  const extended = EXTENDED_LENGTH[short] ?? 0
  frame.masked = (second & 128) !== 0
  frame.headerLength = 2 + extended + (frame.masked ? 4 : 0)
  if (end - start < frame.headerLength) return false
  frame.final = (first & 128) !== 0
  frame.compressed = (first & 64) !== 0
  frame.opcode = first & 15
  frame.mask = frame.masked ? readU32(bytes, start + 2 + extended) : 0
  if (extended === 0) frame.payloadLength = short
  else frame.payloadLength = extended === 2 ? readU16(bytes, start + 2) : readLength64(bytes, start + 2)
  const shortest = extended === 0 || frame.payloadLength > (extended === 2 ? 125 : 65_535)
  frame.wellFormed = isWellFormed(frame, first, shortest)
  return true
}

/** Copies `bytes[start, end)` to the beginning of `target` with the mask removed; `phase` = payload bytes of the frame before `start`. */
export const unmaskInto = (
  target: Uint8Array,
  bytes: Uint8Array,
  start: number,
  end: number,
  mask: number,
  phase: number,
): void => {
  for (let i = start; i < end; i++) {
    const shift = 24 - ((phase + i - start) & 3) * 8
    target[i - start] = (bytes[i] ?? 0) ^ ((mask >>> shift) & 255)
  }
}
