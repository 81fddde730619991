/** One decoded frame as offsets into its bytes: a record that decodeFrame fills anew for each frame and nobody keeps. */

/** What decodeFrame made of a frame; the numbers are dense so that counters can be an array. */
export const DECODE_STATUS = {
  /** UDP or TCP with its ports: `payloadStart` and `payloadLength` are valid. */
  transport: 0,
  /** A fragment of an IP datagram: give it to IpReassembly. */
  fragment: 1,
  /** Not IP (ARP, LLDP, STP, EAPOL …). */
  notIp: 2,
  /** IP, but neither UDP nor TCP (ICMP, IGMP, SCTP …). */
  otherProtocol: 3,
  /** IP that only carries a tunnel we cannot open (ESP, AH with ESP, encrypted GRE …); `protocol` names it. */
  tunnel: 4,
  /** The capture cut the frame before the transport ports. */
  truncated: 5,
  /** A length or a version that cannot be. */
  malformed: 6,
  /** A link type that we do not know. */
  unknownLink: 7,
} as const

/** One of DECODE_STATUS. */
export type DecodeStatus = (typeof DECODE_STATUS)[keyof typeof DECODE_STATUS]

/** IANA protocol numbers that the decoder names. */
export const IP_PROTOCOL = {
  ipip: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  sctp: 132,
} as const

/** Offsets and numbers of one frame; addresses are IPv6-shaped, an IPv4 address as ::ffff:a.b.c.d, so that one comparison serves both. */
export class PacketLayers {
  /** Source in words 0–3, destination in words 4–7, each a signed big-endian 32-bit word. */
  readonly addresses = new Int32Array(8)
  /** 4 or 6, of the innermost IP header. */
  ipVersion = 0
  /** Innermost transport or tunnel protocol (IANA). */
  protocol = 0
  sourcePort = 0
  destinationPort = 0
  /** First byte of the UDP or TCP payload, as an index into the frame's `bytes` array. */
  payloadStart = 0
  /** One past the last payload byte that was captured; never beyond the payload's true end (trailing Ethernet padding is cut). */
  payloadEnd = 0
  /** Payload length on the wire, from the IP and UDP length fields and never from the captured bytes. */
  payloadLength = 0
  /** TCP sequence number and acknowledgement (signed 32 bit), flags (RFC 9293 §3.1 low byte). */
  tcpSequence = 0
  tcpAcknowledgement = 0
  tcpFlags = 0
  /** Fragment fields, valid for status `fragment`: byte offset, more-fragments, identification, the fragment's data range and its protocol. */
  fragmentOffset = 0
  moreFragments = false
  fragmentId = 0
  /** Innermost VLAN id, or -1. */
  vlan = -1
  /** How many IP headers were opened (1 = no tunnel). */
  ipDepth = 0
}
