/**
 * decodeFrame: one captured frame to offsets in a reused PacketLayers. Stateless, never throws, allocates nothing, and tells a frame that
 * the capture cut (`truncated`) from one that cannot be (`malformed`).
 */
import { readU16, readU32 } from '../base/bytes.ts'
import {
  decodeByVersion,
  decodeEthernet,
  decodeEtherType,
  decodeIpv4,
  decodeIpv6,
  decodePpp,
  decodePppoe,
} from './decode-network.ts'
import { decodePlainUdp } from './decode-plain-udp.ts'
import { shortOf } from './decode-ports.ts'
import { LINK_TYPES } from './link-types.ts'
import { DECODE_STATUS, type DecodeStatus, type PacketLayers } from './packet-layers.ts'

/**
 * Decodes `bytes[start, end)`, a frame of link type `linkType` (LINK_TYPES) that was `wireLength` bytes long on the wire. `layers` is
 * filled anew; which of its fields are valid is told by the status.
 */
export const decodeFrame = (
  linkType: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  wireLength: number,
  layers: PacketLayers,
): DecodeStatus => {
  if (linkType === LINK_TYPES.ethernet && decodePlainUdp(bytes, start, end, layers))
    return DECODE_STATUS.transport
  return decodeAnyFrame(linkType, bytes, start, end, wireLength, layers)
}

/** The same for every frame, plain UDP included: what decodePlainUdp is tested against. */
export const decodeAnyFrame = (
  linkType: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  wireLength: number,
  layers: PacketLayers,
): DecodeStatus => {
  clearLayers(layers)
  const stop = end < bytes.length ? end : bytes.length
  const wireEnd = start + wireLength > stop ? start + wireLength : stop
  if (linkType === LINK_TYPES.ethernet) return decodeEthernet(bytes, start, stop, wireEnd, layers)
  return decodeOtherLink(linkType, bytes, start, stop, wireEnd, layers)
}

const clearLayers = (layers: PacketLayers): void => {
  layers.ipVersion = 0
  layers.ipDepth = 0
  layers.vlan = -1
  layers.protocol = 0
  layers.sourcePort = 0
  layers.destinationPort = 0
  layers.payloadStart = 0
  layers.payloadEnd = 0
  layers.payloadLength = 0
}

const decodeOtherLink = (
  linkType: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  switch (linkType) {
    case LINK_TYPES.linuxSll:
      return decodeLinuxCooked(bytes, at, end, wireEnd, layers)
    case LINK_TYPES.linuxSll2:
      return decodeLinuxCooked2(bytes, at, end, wireEnd, layers)
    case LINK_TYPES.raw:
    case LINK_TYPES.rawBsd:
    case LINK_TYPES.rawOpenBsd:
      return decodeRaw(bytes, at, end, wireEnd, layers)
    case LINK_TYPES.ipv4:
      return decodeIpv4(bytes, at, end, wireEnd, layers)
    case LINK_TYPES.ipv6:
      return decodeIpv6(bytes, at, end, wireEnd, layers)
    case LINK_TYPES.null:
    case LINK_TYPES.loop:
      return decodeLoopback(bytes, at, end, wireEnd, layers)
    default:
      return decodePointToPoint(linkType, bytes, at, end, wireEnd, layers)
  }
}

const decodePointToPoint = (
  linkType: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  switch (linkType) {
    case LINK_TYPES.ppp:
      return decodePpp(bytes, at, end, wireEnd, layers)
    case LINK_TYPES.pppEthernet:
      return decodePppoe(bytes, at, end, wireEnd, layers)
    case LINK_TYPES.pppHdlc:
    case LINK_TYPES.ciscoHdlc:
      return decodeHdlc(bytes, at, end, wireEnd, layers)
    default:
      return DECODE_STATUS.unknownLink
  }
}

/** A bare IP datagram: its first nibble must be a version. */
const decodeRaw = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  const status = decodeByVersion(bytes, at, end, wireEnd, layers)
  return status === DECODE_STATUS.notIp ? DECODE_STATUS.malformed : status
}

const ARPHRD_NETLINK = 824

/** Linux "cooked" capture v1 (tcpdump.org LINKTYPE_LINUX_SLL): 16 bytes, protocol last; below 0x0600 it is not an EtherType. */
const decodeLinuxCooked = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  const next = at + 16
  if (next > end) return shortOf(next, wireEnd)
  if (readU16(bytes, at + 2) === ARPHRD_NETLINK) return DECODE_STATUS.notIp
  return decodeEtherType(readU16(bytes, at + 14), bytes, next, end, wireEnd, layers)
}

/** Linux "cooked" capture v2 (LINKTYPE_LINUX_SLL2): 20 bytes, protocol first. */
const decodeLinuxCooked2 = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  const next = at + 20
  if (next > end) return shortOf(next, wireEnd)
  if (readU16(bytes, at + 8) === ARPHRD_NETLINK) return DECODE_STATUS.notIp
  return decodeEtherType(readU16(bytes, at), bytes, next, end, wireEnd, layers)
}

/** BSD loopback: the address family in the byte order of the machine that captured, which both link types leave in doubt. */
const decodeLoopback = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  const next = at + 4
  if (next > end) return shortOf(next, wireEnd)
  const family = readU32(bytes, at)
  const small = family > 0xffff ? family >>> 24 : family
  // AF_INET is 2 everywhere; AF_INET6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on Darwin, 23 on Windows.
  if (small === 2) return decodeIpv4(bytes, next, end, wireEnd, layers)
  if (small === 10 || small === 23 || small === 24 || small === 28 || small === 30) {
    return decodeIpv6(bytes, next, end, wireEnd, layers)
  }
  return DECODE_STATUS.notIp
}

/** PPP in HDLC framing, or Cisco HDLC, which shares the link type: unicast 0x0F and broadcast 0x8F lead to an EtherType. */
const decodeHdlc = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  const next = at + 4
  if (next > end) return shortOf(next, wireEnd)
  const address = bytes[at] as number
  if (address !== 0x0f && address !== 0x8f) return decodePpp(bytes, at, end, wireEnd, layers)
  return decodeEtherType(readU16(bytes, at + 2), bytes, next, end, wireEnd, layers)
}
