/**
 * From an EtherType or an IP protocol number down to the ports: VLAN stacks, MPLS, PPPoE, IPv4, IPv6 and its extension headers,
 * IP-in-IP and GRE. Every loop and every recursion is bounded, nothing is allocated, and a reading never leaves `[at, end)`.
 * `end` is where the capture stops, `wireEnd` where the enclosing layer says that its payload ended on the wire.
 */
import { readI32, readU16, readU32 } from '../base/bytes.ts'
import { decodeTcp, decodeUdp, shortOf } from './decode-ports.ts'
import { ETHER_TYPE, PPP_PROTOCOL } from './link-types.ts'
import { DECODE_STATUS, IP_PROTOCOL, type DecodeStatus, type PacketLayers } from './packet-layers.ts'

/** Tags in one VLAN stack and labels in one MPLS stack. */
const MAX_TAGS = 8
/** Extension headers in one IPv6 chain. */
const MAX_EXTENSION_HEADERS = 16
/** IP headers in one frame. */
const MAX_IP_DEPTH = 4

const ETHERNET_HEADER = 14
const IPV4_HEADER = 20
const IPV6_HEADER = 40

const isVlanTag = (etherType: number): boolean =>
  etherType === ETHER_TYPE.vlan ||
  etherType === ETHER_TYPE.serviceVlan ||
  etherType === ETHER_TYPE.oldServiceVlan

/** An Ethernet II or 802.3 frame without preamble; a trailing FCS or padding is cut by the lengths inside. */
export const decodeEthernet = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  const next = at + ETHERNET_HEADER
  if (next > end) return shortOf(next, wireEnd)
  return decodeEtherType(readU16(bytes, at + 12), bytes, next, end, wireEnd, layers)
}

/** What follows an EtherType that stood just before `at`. */
export const decodeEtherType = (
  etherType: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  let type = etherType
  let next = at
  for (let tags = 0; isVlanTag(type); tags++) {
    if (tags === MAX_TAGS) return DECODE_STATUS.malformed
    if (next + 4 > end) return shortOf(next + 4, wireEnd)
    layers.vlan = readU16(bytes, next) & 0x0fff
    type = readU16(bytes, next + 2)
    next += 4
  }
  if (type === ETHER_TYPE.ipv4) return decodeIpv4(bytes, next, end, wireEnd, layers)
  if (type === ETHER_TYPE.ipv6) return decodeIpv6(bytes, next, end, wireEnd, layers)
  if (type === ETHER_TYPE.pppoeSession) return decodePppoe(bytes, next, end, wireEnd, layers)
  if (type === ETHER_TYPE.mplsUnicast || type === ETHER_TYPE.mplsMulticast) {
    return decodeMpls(bytes, next, end, wireEnd, layers)
  }
  if (type < ETHER_TYPE.lowest) return decodeLlc(bytes, next, end, wireEnd, layers)
  return DECODE_STATUS.notIp
}

/** 802.2 LLC after an 802.3 length: only SNAP with the Ethernet OUI (RFC 1042) carries IP, and only IP is opened, so nothing nests. */
const decodeLlc = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  if (at + 8 > end || readI32(bytes, at) !== (0xaaaa0300 | 0) || readU16(bytes, at + 4) !== 0) {
    return DECODE_STATUS.notIp
  }
  const type = readU16(bytes, at + 6)
  if (type === ETHER_TYPE.ipv4) return decodeIpv4(bytes, at + 8, end, wireEnd, layers)
  if (type === ETHER_TYPE.ipv6) return decodeIpv6(bytes, at + 8, end, wireEnd, layers)
  return DECODE_STATUS.notIp
}

/** MPLS label stack (RFC 3032 §2.1); what lies under it is told by its first nibble, anything but IP is a pseudowire. */
const decodeMpls = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  for (let labels = 1, next = at + 4; labels <= MAX_TAGS; labels++, next += 4) {
    if (next > end) return shortOf(next, wireEnd)
    const isBottom = ((bytes[next - 2] as number) & 1) === 1
    if (isBottom)
      return next < end ? decodeByVersion(bytes, next, end, wireEnd, layers) : shortOf(next + 1, wireEnd)
  }
  return DECODE_STATUS.malformed
}

/** IP of either version, told by the first nibble; anything else is not IP. */
export const decodeByVersion = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  if (at >= end) return shortOf(at + 1, wireEnd)
  const version = (bytes[at] as number) >> 4
  if (version === 4) return decodeIpv4(bytes, at, end, wireEnd, layers)
  if (version === 6) return decodeIpv6(bytes, at, end, wireEnd, layers)
  return DECODE_STATUS.notIp
}

/** PPPoE session stage (RFC 2516 §5): version 1, type 1, code 0. */
export const decodePppoe = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  const next = at + 6
  if (next > end) return shortOf(next, wireEnd)
  if (readU16(bytes, at) !== 0x1100) return DECODE_STATUS.malformed
  const stop = next + readU16(bytes, at + 4)
  const wireStop = Math.max(next, Math.min(wireEnd, stop))
  const status = decodePpp(bytes, next, Math.min(end, stop), wireStop, layers)
  // Access concentrators were seen to count the padding of short frames into IP's total length, but never into PPPoE's own.
  if (layers.payloadStart + layers.payloadLength > wireStop)
    layers.payloadLength = Math.max(0, wireStop - layers.payloadStart)
  return status
}

/** PPP (RFC 1661 §2), with or without address and control (RFC 1662 §3.1) and with a protocol field of one or two bytes (§6.5). */
export const decodePpp = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  const hasAddress = at + 2 <= end && bytes[at] === 0xff && bytes[at + 1] === 0x03
  const start = hasAddress ? at + 2 : at
  if (start + 2 > end) return shortOf(start + 2, wireEnd)
  const isCompressed = ((bytes[start] as number) & 1) === 1
  const protocol = isCompressed ? (bytes[start] as number) : readU16(bytes, start)
  const next = isCompressed ? start + 1 : start + 2
  switch (protocol) {
    case PPP_PROTOCOL.ipv4:
      return decodeIpv4(bytes, next, end, wireEnd, layers)
    case PPP_PROTOCOL.ipv6:
      return decodeIpv6(bytes, next, end, wireEnd, layers)
    case PPP_PROTOCOL.mplsUnicast:
    case PPP_PROTOCOL.mplsMulticast:
      return decodeMpls(bytes, next, end, wireEnd, layers)
    default:
      return hidesDatagram(protocol) ? DECODE_STATUS.tunnel : DECODE_STATUS.notIp
  }
}

const hidesDatagram = (protocol: number): boolean =>
  protocol === PPP_PROTOCOL.encrypted ||
  protocol === PPP_PROTOCOL.compressedLink ||
  protocol === PPP_PROTOCOL.compressed

/** IPv4 (RFC 791 §3.1). Total length 0 is what segmentation offload leaves: the frame's own length counts then. */
export const decodeIpv4 = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  if (at + IPV4_HEADER > end) return shortOf(at + IPV4_HEADER, wireEnd)
  const first = bytes[at] as number
  const headerLength = (first & 0x0f) << 2
  const totalLength = readU16(bytes, at + 2)
  if (first >> 4 !== 4 || headerLength < IPV4_HEADER) return DECODE_STATUS.malformed
  if (totalLength < headerLength && totalLength !== 0) return DECODE_STATUS.malformed
  if (layers.ipDepth === MAX_IP_DEPTH) return DECODE_STATUS.tunnel
  const dataStart = at + headerLength
  const dataWireEnd = totalLength === 0 ? wireEnd : at + totalLength
  if (dataStart > end) return shortOf(dataStart, dataWireEnd)
  const dataEnd = dataWireEnd < end ? dataWireEnd : end
  layers.ipDepth++
  layers.ipVersion = 4
  fillIpv4Addresses(bytes, at + 12, layers.addresses)
  const protocol = bytes[at + 9] as number
  const fragment = readU16(bytes, at + 6)
  if ((fragment & 0x3fff) !== 0) {
    layers.fragmentId = readU16(bytes, at + 4)
    layers.fragmentOffset = (fragment & 0x1fff) << 3
    layers.moreFragments = (fragment & 0x2000) !== 0
    return fillFragment(protocol, layers, dataStart, dataEnd, dataWireEnd)
  }
  return decodeTransport(bytes, dataStart, dataEnd, dataWireEnd, protocol, layers)
}

const fillIpv4Addresses = (bytes: Uint8Array, at: number, addresses: Int32Array): void => {
  addresses[0] = 0
  addresses[1] = 0
  addresses[2] = 0xffff
  addresses[3] = readI32(bytes, at)
  addresses[4] = 0
  addresses[5] = 0
  addresses[6] = 0xffff
  addresses[7] = readI32(bytes, at + 4)
}

const fillFragment = (
  protocol: number,
  layers: PacketLayers,
  start: number,
  end: number,
  wireEnd: number,
): DecodeStatus => {
  layers.protocol = protocol
  layers.payloadStart = start
  layers.payloadEnd = end
  layers.payloadLength = wireEnd - start
  return DECODE_STATUS.fragment
}

/** IPv6 (RFC 8200 §3). Payload length 0 is a jumbogram (RFC 2675) or offload: the frame's own length counts then. */
export const decodeIpv6 = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  const dataStart = at + IPV6_HEADER
  if (dataStart > end) return shortOf(dataStart, wireEnd)
  if ((bytes[at] as number) >> 4 !== 6) return DECODE_STATUS.malformed
  if (layers.ipDepth === MAX_IP_DEPTH) return DECODE_STATUS.tunnel
  const payloadLength = readU16(bytes, at + 4)
  const dataWireEnd = payloadLength === 0 ? Math.max(wireEnd, dataStart) : dataStart + payloadLength
  layers.ipDepth++
  layers.ipVersion = 6
  const addresses = layers.addresses
  for (let word = 0; word < 8; word++) addresses[word] = readI32(bytes, at + 8 + 4 * word)
  const dataEnd = dataWireEnd < end ? dataWireEnd : end
  return decodeTransport(bytes, dataStart, dataEnd, dataWireEnd, bytes[at + 6] as number, layers)
}

/**
 * What follows an IP header: `bytes[start, end)` was captured of an IP payload that ends on the wire at `wireEnd`. Also for a datagram
 * that IpReassembly put together (`start` 0, `end` and `wireEnd` its length, `protocol` from `layers`); addresses stay as they are.
 */
export const decodeTransport = (
  bytes: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  protocol: number,
  layers: PacketLayers,
): DecodeStatus => {
  let next = protocol
  let at = start
  for (let headers = 0; headers <= MAX_EXTENSION_HEADERS; headers++) {
    if (next === IP_PROTOCOL.udp) return decodeUdp(bytes, at, end, wireEnd, layers)
    if (next === IP_PROTOCOL.tcp) return decodeTcp(bytes, at, end, wireEnd, layers)
    layers.protocol = next
    if (!isExtension(next, layers.ipVersion)) return decodeTunnel(next, bytes, at, end, wireEnd, layers)
    if (at + 8 > end) return shortOf(at + 8, wireEnd)
    if (next === EXTENSION.fragment && isFragment(bytes, at))
      return decodeIpv6Fragment(bytes, at, end, wireEnd, layers)
    const length = extensionLength(next, bytes, at)
    if (at + length > end) return shortOf(at + length, wireEnd)
    next = bytes[at] as number
    at += length
  }
  return DECODE_STATUS.malformed
}

/** IANA "IPv6 Extension Header Types", 2024; AH is one in IPv4 as well (RFC 4302 §3.1) and hides nothing. */
const EXTENSION = {
  hopByHop: 0,
  routing: 43,
  fragment: 44,
  authentication: IP_PROTOCOL.ah,
  destination: 60,
  mobility: 135,
  hip: 139,
  shim6: 140,
} as const

const isExtension = (protocol: number, ipVersion: number): boolean => {
  if (protocol === EXTENSION.authentication) return true
  if (ipVersion !== 6) return false
  switch (protocol) {
    case EXTENSION.hopByHop:
    case EXTENSION.routing:
    case EXTENSION.fragment:
    case EXTENSION.destination:
    case EXTENSION.mobility:
    case EXTENSION.hip:
    case EXTENSION.shim6:
      return true
    default:
      return false
  }
}

/** Bytes of the extension header at `at`: 8-byte units beyond the first (RFC 8200 §4.2), 4-byte units minus 2 for AH (RFC 4302 §2.2). */
const extensionLength = (protocol: number, bytes: Uint8Array, at: number): number => {
  if (protocol === EXTENSION.fragment) return 8
  const units = bytes[at + 1] as number
  return protocol === EXTENSION.authentication ? (units + 2) << 2 : (units + 1) << 3
}

/** False for an atomic fragment (RFC 6946), which is a whole datagram with a needless header. */
const isFragment = (bytes: Uint8Array, at: number): boolean => (readU16(bytes, at + 2) & 0xfff9) !== 0

/** IPv6 fragment header (RFC 8200 §4.5). */
const decodeIpv6Fragment = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  const offset = readU16(bytes, at + 2)
  layers.fragmentId = readU32(bytes, at + 4)
  layers.fragmentOffset = offset & 0xfff8
  layers.moreFragments = (offset & 1) === 1
  return fillFragment(bytes[at] as number, layers, at + 8, end, wireEnd)
}

/** IP in IP (RFC 2003, 4213, 2473) and GRE; ESP and everything else stays shut. */
const decodeTunnel = (
  protocol: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  switch (protocol) {
    case IP_PROTOCOL.ipip:
      return decodeIpv4(bytes, at, end, wireEnd, layers)
    case IP_PROTOCOL.ipv6:
      return decodeIpv6(bytes, at, end, wireEnd, layers)
    case IP_PROTOCOL.gre:
      return decodeGre(bytes, at, end, wireEnd, layers)
    case IP_PROTOCOL.esp:
      return DECODE_STATUS.tunnel
    default:
      return DECODE_STATUS.otherProtocol
  }
}

/**
 * GRE version 0 (RFC 2784, 2890) with optional checksum, key and sequence number, carrying IP, MPLS or Ethernet. Source routing and
 * version 1 (PPTP, mostly encrypted by MPPE) stay shut. Recursion is bounded, because every GRE header needs an IP header above it.
 */
const decodeGre = (
  bytes: Uint8Array,
  at: number,
  end: number,
  wireEnd: number,
  layers: PacketLayers,
): DecodeStatus => {
  if (at + 4 > end) return shortOf(at + 4, wireEnd)
  const flags = readU16(bytes, at)
  if ((flags & 0x4007) !== 0) return DECODE_STATUS.tunnel
  const next = at + 4 + (((flags >> 15) & 1) + ((flags >> 13) & 1) + ((flags >> 12) & 1)) * 4
  if (next > end) return shortOf(next, wireEnd)
  const type = readU16(bytes, at + 2)
  if (type === ETHER_TYPE.transparentEthernet) return decodeEthernet(bytes, next, end, wireEnd, layers)
  const status = decodeEtherType(type, bytes, next, end, wireEnd, layers)
  return status === DECODE_STATUS.notIp ? DECODE_STATUS.tunnel : status
}
