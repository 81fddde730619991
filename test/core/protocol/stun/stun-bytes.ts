/** STUN and TURN messages for tests, written from RFC 8489 and RFC 8656. */
import { addressBytes, ascii, concat, u16, u32 } from '../../../tools/packet-builder.ts'

const COOKIE = 0x2112a442
export const TRANSACTION = Uint8Array.from({ length: 12 }, (_, index) => 0xa0 + index)

/** Message type of a method and a class (0 request, 1 indication, 2 success, 3 error). */
export const typeOf = (method: number, messageClass: number): number =>
  (method & 0xf) |
  ((method & 0x70) << 1) |
  ((method & 0xf80) << 2) |
  ((messageClass & 1) << 4) |
  ((messageClass & 2) << 7)

/** One attribute, padded. */
export const attribute = (type: number, value: Uint8Array | readonly number[]): Uint8Array =>
  concat(u16(type), u16(value.length), value, new Uint8Array((4 - (value.length % 4)) % 4))

export const textAttribute = (type: number, text: string): Uint8Array => attribute(type, ascii(text))

/** XOR-ed address attribute. */
export const xorAddress = (type: number, address: string, port: number): Uint8Array => {
  const key = concat(u32(COOKIE), TRANSACTION)
  const folded = addressBytes(address).map((byte, index) => byte ^ (key[index] ?? 0))
  return attribute(type, concat([0, folded.length === 4 ? 1 : 2], u16(port ^ (COOKIE >>> 16)), folded))
}

export const plainAddress = (type: number, address: string, port: number): Uint8Array =>
  attribute(type, concat([0, 1], u16(port), addressBytes(address)))

/** A message with the cookie; `length` overrides the length field. */
export const stun = (type: number, attributes: readonly Uint8Array[] = [], length?: number): Uint8Array => {
  const body = concat(...attributes)
  return concat(u16(type), u16(length ?? body.length), u32(COOKIE), TRANSACTION, body)
}

/** A message of RFC 3489. */
export const classicStun = (
  type: number,
  attributes: readonly Uint8Array[] = [],
  length?: number,
): Uint8Array => {
  const body = concat(...attributes)
  return concat(u16(type), u16(length ?? body.length), u32(0x01020304), TRANSACTION, body)
}

/** ChannelData, padded to four octets if asked. */
export const channelData = (channel: number, payload: Uint8Array, padded = false): Uint8Array =>
  concat(
    u16(channel),
    u16(payload.length),
    payload,
    new Uint8Array(padded ? (4 - (payload.length % 4)) % 4 : 0),
  )

/** A plain RTP packet with a payload of `length` octets. */
export const rtp = (sequence: number, length = 160, ssrc = 0x11223344): Uint8Array =>
  concat([0x80, 0], u16(sequence), u32(160 * sequence), u32(ssrc), new Uint8Array(length).fill(0xd5))
