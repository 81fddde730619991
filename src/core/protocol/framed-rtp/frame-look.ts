/** What a frame of RFC 4571 may hold when ICE runs over TCP (RFC 6544 §3): STUN, DTLS, ZRTP, RTP or RTCP, told by first octets and lengths. */
import { readU16 } from '../../base/bytes.ts'
import { classifyDatagram, DATAGRAM_CLASS } from '../../flow/index.ts'
import { probeStun } from '../stun/index.ts'

/** How much a frame looks like ours. */
export const LOOK = {
  none: 0,
  /** RTP or RTCP by its header alone. */
  media: 1,
  /** A cookie or a record length that fits the frame: does not happen by chance. */
  sure: 2,
} as const

export type Look = (typeof LOOK)[keyof typeof LOOK]

const STUN_HEADER = 20
const DTLS_HEADER = 13
const RTP_HEADER = 12

const isStunFrame = (bytes: Uint8Array, start: number, end: number, length: number): boolean =>
  probeStun(bytes, start, end) === 'certain' && readU16(bytes, start + 2) + STUN_HEADER === length

/** One or more whole DTLS records (RFC 6347 §4.1, RFC 9147 §4.1 for the plaintext ones); a cut frame shows only its first. */
const isDtlsFrame = (bytes: Uint8Array, start: number, end: number, length: number): boolean => {
  let at = start
  const stop = start + length
  while (at + DTLS_HEADER <= end) {
    const type = bytes[at] as number
    if (type < 20 || type > 25 || bytes[at + 1] !== 0xfe || (bytes[at + 2] as number) < 0xfc) return false
    at += DTLS_HEADER + readU16(bytes, at + 11)
    if (at >= stop) return at === stop
  }
  return at > start && at > end
}

/** An RTP header that fits, with a payload type that RTCP does not use (RFC 5761 §4). */
const isRtpFrame = (bytes: Uint8Array, start: number, length: number): boolean => {
  const first = bytes[start] as number
  const type = (bytes[start + 1] as number) & 0x7f
  return length >= RTP_HEADER + 4 * (first & 15) && (type < 64 || type > 95)
}

/** First packet of a compound: a known type whose length lies within the frame (RFC 3550 §6.4, RFC 3611, RFC 4585). */
const isRtcpFrame = (bytes: Uint8Array, start: number, length: number): boolean => {
  const type = bytes[start + 1] as number
  return type >= 200 && type <= 207 && 4 + 4 * readU16(bytes, start + 2) <= length
}

/** Look of the frame in `bytes[start, end)`, which is `length` bytes long on the stream and may be cut at `end`. */
export const lookAtFrame = (bytes: Uint8Array, start: number, end: number, length: number): Look => {
  switch (classifyDatagram(bytes, start, end)) {
    case DATAGRAM_CLASS.stun:
      return isStunFrame(bytes, start, end, length) ? LOOK.sure : LOOK.none
    case DATAGRAM_CLASS.dtls:
      return isDtlsFrame(bytes, start, end, length) ? LOOK.sure : LOOK.none
    case DATAGRAM_CLASS.rtp:
      return isRtpFrame(bytes, start, length) ? LOOK.media : LOOK.none
    case DATAGRAM_CLASS.rtcp:
      return isRtcpFrame(bytes, start, length) ? LOOK.media : LOOK.none
    default:
      return LOOK.none
  }
}
