/** AMR and AMR-WB (RFC 4867), octet-aligned and bandwidth-efficient, without CRC and interleaving. */
import type { Codec, ShapeCheck } from './codec.ts'

/** Bits of speech by frame type (RFC 4867 §4.1, 3GPP TS 26.101, 26.201); −1 = not defined; 0 = no data. */
const AMR_BITS: readonly number[] = [95, 103, 118, 134, 148, 159, 204, 244, 39, -1, -1, -1, -1, -1, -1, 0]
const AMR_WB_BITS: readonly number[] = [132, 177, 253, 285, 317, 365, 397, 461, 477, 40, -1, -1, -1, -1, 0, 0]
/** 240 ms in a packet are more than anyone sends. */
const MAX_FRAMES = 12
const MODE_BITS = 4
const ENTRY_BITS = 6

/** True if the frames that either packing announces fill the payload exactly. */
const shapeOf =
  (bits: readonly number[]): ShapeCheck =>
  (bytes, start, end) =>
    end - start < 2 ? null : isAligned(bits, bytes, start, end) || isEfficient(bits, bytes, start, end)

/** Octet-aligned (§4.4): mode request and four reserved bits, then an octet a frame (F, type, Q, two reserved bits), then whole octets. */
const isAligned = (bits: readonly number[], bytes: Uint8Array, start: number, end: number): boolean => {
  if (((bytes[start] as number) & 0x0f) !== 0) return false
  let speech = 0
  for (let frame = 1; frame <= MAX_FRAMES && start + frame < end; frame++) {
    const entry = bytes[start + frame] as number
    const frameBits = bits[(entry >> 3) & 0x0f] as number
    if ((entry & 0x03) !== 0 || frameBits < 0) return false
    speech += Math.ceil(frameBits / 8)
    if ((entry & 0x80) === 0) return 1 + frame + speech === end - start
  }
  return false
}

/** Bandwidth-efficient (§4.3): four bits of mode request, six bits a frame, the speech, all without gaps. */
const isEfficient = (bits: readonly number[], bytes: Uint8Array, start: number, end: number): boolean => {
  let speech = 0
  for (let frame = 1; frame <= MAX_FRAMES; frame++) {
    const at = MODE_BITS + (frame - 1) * ENTRY_BITS
    if (start + ((at + ENTRY_BITS) >> 3) >= end) return false
    const entry = sixBits(bytes, start, at)
    const frameBits = bits[(entry >> 1) & 0x0f] as number
    if (frameBits < 0) return false
    speech += frameBits
    if (entry < 0x20) return Math.ceil((MODE_BITS + frame * ENTRY_BITS + speech) / 8) === end - start
  }
  return false
}

const sixBits = (bytes: Uint8Array, start: number, at: number): number => {
  const byte = start + (at >> 3)
  const two = ((bytes[byte] as number) << 8) | (bytes[byte + 1] ?? 0)
  return (two >> (16 - ENTRY_BITS - (at & 7))) & 0x3f
}

export const AMR: Codec = {
  name: 'AMR',
  payloadTypes: [],
  encodings: ['AMR'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: true,
  randomAfter: 50,
  hasShape: shapeOf(AMR_BITS),
}

export const AMR_WB: Codec = {
  name: 'AMR-WB',
  payloadTypes: [],
  encodings: ['AMR-WB'],
  clockRate: 16000,
  media: 'audio',
  decodable: true,
  variableBitRate: true,
  randomAfter: 50,
  hasShape: shapeOf(AMR_WB_BITS),
}
