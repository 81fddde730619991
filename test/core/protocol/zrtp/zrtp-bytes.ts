/** ZRTP packets for tests, written from RFC 6189; the checksum is computed bit by bit, as a twin of the table-driven one. */
import { ascii, concat, u16, u32 } from '../../../tools/packet-builder.ts'

/** CRC-32C by the polynomial's definition (RFC 9260 Appendix A). */
export const crc32cSlowly = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const feedback = (crc ^ (byte >>> bit)) & 1
      crc = (crc >>> 1) ^ (feedback === 1 ? 0x82f63b78 : 0)
    }
  }
  return ~crc >>> 0
}

/** A packet around a message of type and body; `ssrc` and sequence as asked. */
export const zrtp = (type: string, body: Uint8Array = new Uint8Array(0), sequence = 1): Uint8Array => {
  const message = concat(u16(0x505a), u16((12 + body.length) / 4), ascii(type.padEnd(8)), body)
  return sealed(concat([0x10, 0], u16(sequence), u32(0x5a525450), u32(0xb68ed786), message))
}

/** With its checksum, least significant octet first. */
export const sealed = (packet: Uint8Array): Uint8Array =>
  concat(packet, [...u32(crc32cSlowly(packet))].reverse())

export const hello = (client = 'Callseal Test 1.'): Uint8Array =>
  zrtp('Hello', concat(ascii('1.10'), ascii(client.padEnd(16, '\0')), new Uint8Array(32 + 12 + 4 + 8)))

export const commit = (names = 'S256AES1HS80DH3kB32 '): Uint8Array =>
  zrtp('Commit', concat(new Uint8Array(32 + 12), ascii(names), new Uint8Array(32 + 8)))

export const dhPart = (part: 1 | 2): Uint8Array => zrtp(`DHPart${part}`, new Uint8Array(32 + 32 + 384 + 8))

export const confirm = (part: 1 | 2): Uint8Array => zrtp(`Confirm${part}`, new Uint8Array(64))
