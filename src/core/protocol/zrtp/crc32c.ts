/** CRC-32C (Castagnoli), as RFC 6189 §5 takes it from RFC 3309 and RFC 9260 Appendix A: reflected, polynomial 0x1EDC6F41. */

/** The polynomial with its bits reversed. */
const POLYNOMIAL = 0x82f63b78

const TABLE = Int32Array.from({ length: 256 }, (_, index) => {
  let remainder = index
  for (let bit = 0; bit < 8; bit++)
    remainder = (remainder & 1) !== 0 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1
  return remainder
})

/** CRC-32C of `bytes[start, end)`, unsigned. */
export const crc32c = (bytes: Uint8Array, start: number, end: number): number => {
  let crc = -1
  for (let at = start; at < end; at++) {
    crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[at] as number)) & 0xff] as number)
  }
  return ~crc >>> 0
}
