/** Demultiplexing by the first octet (RFC 7983 §7, RFC 9443 §3) and RTP from RTCP by the second (RFC 5761 §4): one table look-up a datagram. */

/** What a datagram may be, by its first octets alone; the protocol's own probe decides. */
export const DATAGRAM_CLASS = { other: 0, stun: 1, zrtp: 2, dtls: 3, text: 4, rtp: 5, rtcp: 6 } as const

const MIN_RTP = 12
const FIRST_RTCP_TYPE = 192
const LAST_RTCP_TYPE = 223

/** Class by first octet: 0–3 STUN, 16–19 ZRTP, 20–63 DTLS, 64–127 text or TURN channel, 128–191 RTP; CR, LF and space may lead a SIP message. */
const BY_FIRST_OCTET = Uint8Array.from({ length: 256 }, (_, octet) => {
  if (octet <= 3) return DATAGRAM_CLASS.stun
  if (octet === 0x0a || octet === 0x0d) return DATAGRAM_CLASS.text
  if (octet >= 16 && octet <= 19) return DATAGRAM_CLASS.zrtp
  if (octet >= 20 && octet <= 63) return DATAGRAM_CLASS.dtls
  if (octet >= 64 && octet <= 127) return DATAGRAM_CLASS.text
  return octet >= 128 && octet <= 191 ? DATAGRAM_CLASS.rtp : DATAGRAM_CLASS.other
})

/** Class of the payload `bytes[start, end)`, one of DATAGRAM_CLASS. */
export const classifyDatagram = (bytes: Uint8Array, start: number, end: number): number => {
  const kind = BY_FIRST_OCTET[bytes[start] as number] as number
  if (kind !== DATAGRAM_CLASS.rtp) return kind
  const second = bytes[start + 1] as number
  if (second >= FIRST_RTCP_TYPE && second <= LAST_RTCP_TYPE) return DATAGRAM_CLASS.rtcp
  return end - start >= MIN_RTP ? DATAGRAM_CLASS.rtp : DATAGRAM_CLASS.other
}
