/** CRC-32C (Castagnoli; RFC 3309 appendix B, RFC 6189 §5): the checksum of ZRTP packets. */

const POLYNOMIAL = 0x82f63b78

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  return crc
})

/** CRC-32C of `bytes[start, end)`, unsigned. */
export const crc32c = (bytes: Uint8Array, start: number, end: number): number => {
  let crc = -1
  for (let at = start; at < end; at++) crc = (TABLE[(crc ^ (bytes[at] as number)) & 0xff] as number) ^ (crc >>> 8)
  return ~crc >>> 0
}
