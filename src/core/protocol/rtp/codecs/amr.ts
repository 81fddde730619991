/** AMR and AMR-WB (RFC 4867), octet-aligned and bandwidth-efficient. */
import type { Codec, ShapeCheck } from './codec.ts'

/** Bits of speech by frame type (RFC 4867 §4.1, 3GPP TS 26.101, 26.201); −1 = not defined. */
const AMR_BITS: readonly number[] = [95, 103, 118, 134, 148, 159, 204, 244, 39, -1, -1, -1, -1, -1, -1, 0]
const AMR_WB_BITS: readonly number[] = [132, 177, 253, 285, 317, 365, 397, 461, 477, 40, -1, -1, -1, -1, 0, 0]

/** True if one frame of either packing fills the payload exactly: mode request 4 bits, then F, frame type and quality. */
const shapeOf =
  (bits: readonly number[]): ShapeCheck =>
  (bytes, start, end) => {
    if (end - start < 2) return null
    const first = bytes[start] as number
    const second = bytes[start + 1] as number
    const aligned = (first & 0x0f) === 0 && (second & 0x83) === 0
    const alignedBits = bits[(second >> 3) & 0x0f] as number
    if (aligned && alignedBits >= 0 && 2 + Math.ceil(alignedBits / 8) === end - start) return true
    const efficientBits = bits[((first & 0x07) << 1) | (second >> 7)] as number
    const oneFrame = (first & 0x08) === 0
    return oneFrame && efficientBits >= 0 && Math.ceil((10 + efficientBits) / 8) === end - start
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
