/** TURN's other wrapping: ChannelData, four octets of header around a datagram (RFC 8656 §12.4). */
import { readU16 } from '../../base/bytes.ts'

/** Channel number and length. */
const CHANNEL_HEADER = 4
/** Channel numbers are 0x4000–0x4FFF (RFC 8656 §12). */
const FIRST_OCTET = 64
const LAST_OCTET = 79
/** Over a stream a ChannelData message is padded to four octets, over UDP it may be (RFC 8656 §12.5). */
const PADDING = 3

/** The datagram inside: `bytes[start, end)` as captured, `length` on the wire. */
export interface ChannelPayload {
  start: number
  end: number
  length: number
}

/**
 * True if `bytes[start, end)` may be one ChannelData message: the length field must fit the datagram, whose length on the wire is
 * `wireLength`. One of 65,000 random datagrams with such a first octet does.
 */
export const isChannelData = (
  bytes: Uint8Array,
  start: number,
  end: number,
  wireLength = end - start,
): boolean => {
  if (end - start <= CHANNEL_HEADER) return false
  const first = bytes[start] as number
  if (first < FIRST_OCTET || first > LAST_OCTET) return false
  const length = readU16(bytes, start + 2)
  const beyond = wireLength - CHANNEL_HEADER - length
  return length > 0 && beyond >= 0 && beyond <= PADDING
}

const payload: ChannelPayload = { start: 0, end: 0, length: 0 }

/** What a message that isChannelData accepts carries. The record is reused: read it before the next call. */
export const channelPayload = (bytes: Uint8Array, start: number, end: number): Readonly<ChannelPayload> => {
  payload.start = start + CHANNEL_HEADER
  payload.length = readU16(bytes, start + 2)
  payload.end = Math.min(end, payload.start + payload.length)
  return payload
}

/** Channel number of a ChannelData message. */
export const channelNumber = (bytes: Uint8Array, start: number): number => readU16(bytes, start)

/** Length of the ChannelData message that begins at `at` of a stream, with its padding; the caller has checked for four octets. */
export const paddedChannelLength = (bytes: Uint8Array, at: number): number =>
  CHANNEL_HEADER + ((readU16(bytes, at + 2) + PADDING) & ~PADDING)

/** True if the first octet is that of a channel. */
export const isChannelOctet = (octet: number): boolean => octet >= FIRST_OCTET && octet <= LAST_OCTET
