/**
 * Which protocol a UDP payload may belong to by its first octets: RFC 7983 §7 as updated by RFC 9443 §3, RTP from RTCP by RFC 5761 §4. This
 * only sorts; each protocol's own probe decides. Asked of every datagram on the wire: one table look-up and a few comparisons.
 */

/** Classes of datagrams; the numbers are dense so that counters can be an array. */
export const DATAGRAM_CLASS = {
  /** Nothing that VoIP uses; QUIC with a long header (192–255) is here. */
  other: 0,
  /** First octet 0–3. */
  stun: 1,
  /** First octet 16–19. */
  zrtp: 2,
  /** First octet 20–63. */
  dtls: 3,
  /** A letter or a line end first: SIP may be asked. */
  text: 4,
  /** Version 2, at least the 12 octets of the fixed header, second octet outside 192–223. */
  rtp: 5,
  /** Version 2, at least 8 octets, second octet 192–223. */
  rtcp: 6,
  /** First octet 64–79 and a length field that fits: TURN ChannelData (RFC 8656 §12.4). */
  turnChannel: 7,
} as const

/** One of DATAGRAM_CLASS. */
export type DatagramClass = (typeof DATAGRAM_CLASS)[keyof typeof DATAGRAM_CLASS]

const RTP_LEAST = 12
/** Header and sender's SSRC: no compound is shorter (RFC 3550 §6.1: it begins with a report). */
const RTCP_LEAST = 8
const FIRST_RTCP_TYPE = 192
const LAST_RTCP_TYPE = 223
const CHANNEL_HEADER = 4
/** A ChannelData message may be padded to four octets over UDP too (RFC 8656 §12.5). */
const CHANNEL_PADDING = 3
const LETTER_A = 65

/** By first octet. `rtp` stands for RTCP as well, `turnChannel` for text and other, until more octets were looked at. */
const BY_FIRST_OCTET = new Uint8Array(256)
  .fill(DATAGRAM_CLASS.stun, 0, 4)
  .fill(DATAGRAM_CLASS.text, 10, 11)
  .fill(DATAGRAM_CLASS.text, 13, 14)
  .fill(DATAGRAM_CLASS.zrtp, 16, 20)
  .fill(DATAGRAM_CLASS.dtls, 20, 64)
  .fill(DATAGRAM_CLASS.turnChannel, 64, 80)
  .fill(DATAGRAM_CLASS.text, 80, 91)
  .fill(DATAGRAM_CLASS.text, 97, 123)
  .fill(DATAGRAM_CLASS.rtp, 128, 192)

/** Class of the payload `bytes[start, end)`. */
export const classifyDatagram = (bytes: Uint8Array, start: number, end: number): DatagramClass => {
  const length = end - start
  // Shorter than any header: only SIP's keep-alive (RFC 5626 §3.5.1) means anything.
  if (length < CHANNEL_HEADER)
    return length > 0 && isLineEnd(bytes[start]) ? DATAGRAM_CLASS.text : DATAGRAM_CLASS.other
  const kind = BY_FIRST_OCTET[bytes[start] as number] as DatagramClass
  if (kind === DATAGRAM_CLASS.rtp) {
    const second = bytes[start + 1] as number
    const isRtcp = second >= FIRST_RTCP_TYPE && second <= LAST_RTCP_TYPE
    if (isRtcp) return length >= RTCP_LEAST ? DATAGRAM_CLASS.rtcp : DATAGRAM_CLASS.other
    return length >= RTP_LEAST ? DATAGRAM_CLASS.rtp : DATAGRAM_CLASS.other
  }
  return kind === DATAGRAM_CLASS.turnChannel ? channelOrText(bytes, start, length) : kind
}

const isLineEnd = (octet: number | undefined): boolean => octet === 10 || octet === 13

/** A to O begin SIP methods as well; but as a channel, their third and fourth letter would be a length of over 8,000. */
const channelOrText = (bytes: Uint8Array, start: number, length: number): DatagramClass => {
  const beyond =
    length - CHANNEL_HEADER - (((bytes[start + 2] as number) << 8) | (bytes[start + 3] as number))
  if (beyond >= 0 && beyond <= CHANNEL_PADDING) return DATAGRAM_CLASS.turnChannel
  return (bytes[start] as number) >= LETTER_A ? DATAGRAM_CLASS.text : DATAGRAM_CLASS.other
}
