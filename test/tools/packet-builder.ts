/**
 * Builds frames for tests, layer by layer: each function takes the payload and returns a new array with its header in front. Written
 * from the RFCs and not from the decoder, so that the two check each other. Nothing here is random or reads a clock.
 */

/** IANA protocol numbers that the tests use. */
export const PROTOCOL = {
  hopByHop: 0,
  ipip: 4,
  tcp: 6,
  udp: 17,
  ipv6: 41,
  routing: 43,
  fragment: 44,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  destination: 60,
} as const

/** EtherTypes. */
export const TYPE = {
  ipv4: 0x0800,
  arp: 0x0806,
  vlan: 0x8100,
  ipv6: 0x86dd,
  mpls: 0x8847,
  pppoe: 0x8864,
  serviceVlan: 0x88a8,
  oldVlan: 0x9100,
  teb: 0x6558,
} as const

/** TCP flags (RFC 9293 §3.1). */
export const FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32 } as const

/** One end: an IPv4 or IPv6 address as text and a port. */
export interface End {
  readonly address: string
  readonly port: number
}

/** Joins arrays of bytes. */
export const concat = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Big-endian 16-bit number. */
export const u16 = (value: number): number[] => [(value >>> 8) & 0xff, value & 0xff]

/** Big-endian 32-bit number. */
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value)]

/** Bytes of text, one a character (latin-1). */
export const ascii = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0))

/** 4 or 16 bytes of an address. */
export const addressBytes = (text: string): Uint8Array => {
  if (!text.includes(':')) return Uint8Array.from(text.split('.'), Number)
  const [left = '', right] = text.split('::')
  const words = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((word) => parseInt(word, 16))
  const before = words(left)
  const after = right === undefined ? [] : words(right)
  const zeros = new Array<number>(8 - before.length - after.length).fill(0)
  return Uint8Array.from([...before, ...zeros, ...after].flatMap(u16))
}

/** A decoded address as PacketLayers holds it: four signed words, IPv4 as ::ffff:a.b.c.d. */
export const addressWords = (text: string): number[] => {
  const bytes = addressBytes(text)
  const mapped = bytes.length === 4 ? concat([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], bytes) : bytes
  const view = new DataView(mapped.buffer)
  return [0, 4, 8, 12].map((at) => view.getInt32(at))
}

/** The Internet checksum (RFC 1071). */
export const checksum = (bytes: Uint8Array): number => {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

const pseudoHeader = (from: string, to: string, protocol: number, length: number): Uint8Array =>
  concat(addressBytes(from), addressBytes(to), u32(length), [0, 0, 0, protocol])

/** UDP with a right checksum; `length` overrides the length field. */
export const udp = (payload: Uint8Array, from: End, to: End, length = payload.length + 8): Uint8Array => {
  const packet = concat(u16(from.port), u16(to.port), u16(length), [0, 0], payload)
  const sum = checksum(concat(pseudoHeader(from.address, to.address, PROTOCOL.udp, packet.length), packet))
  packet.set(u16(sum === 0 ? 0xffff : sum), 6)
  return packet
}

export interface TcpFields {
  readonly sequence: number
  readonly acknowledgement?: number
  readonly flags?: number
  readonly window?: number
  /** A multiple of 4 bytes. */
  readonly options?: Uint8Array
}

/** TCP with a right checksum. */
export const tcp = (payload: Uint8Array, from: End, to: End, fields: TcpFields): Uint8Array => {
  const {
    sequence,
    acknowledgement = 0,
    flags = FLAG.ack,
    window = 0xffff,
    options = new Uint8Array(0),
  } = fields
  const words = 5 + options.length / 4
  const packet = concat(
    u16(from.port),
    u16(to.port),
    u32(sequence),
    u32(acknowledgement),
    [words << 4, flags],
    u16(window),
    [0, 0, 0, 0],
    options,
    payload,
  )
  const sum = checksum(concat(pseudoHeader(from.address, to.address, PROTOCOL.tcp, packet.length), packet))
  packet.set(u16(sum), 16)
  return packet
}

export interface IpFields {
  readonly id?: number
  readonly ttl?: number
  /** IPv4 only: a multiple of 4 bytes. */
  readonly options?: Uint8Array
  /** IPv4 total length or IPv6 payload length as the header shall say. */
  readonly length?: number
  /** IPv4 only: byte offset of a fragment. */
  readonly offset?: number
  readonly more?: boolean
}

/** IPv4 around `payload`. */
export const ipv4 = (
  payload: Uint8Array,
  from: string,
  to: string,
  protocol: number,
  fields: IpFields = {},
): Uint8Array => {
  const { id = 0, ttl = 64, options = new Uint8Array(0), offset = 0, more = false } = fields
  const headerLength = 20 + options.length
  const header = concat(
    [0x40 | (headerLength / 4), 0],
    u16(fields.length ?? headerLength + payload.length),
    u16(id),
    u16((more ? 0x2000 : 0) | (offset >>> 3)),
    [ttl, protocol, 0, 0],
    addressBytes(from),
    addressBytes(to),
    options,
  )
  header.set(u16(checksum(header)), 10)
  return concat(header, payload)
}

/** IPv6 around `payload`. */
export const ipv6 = (
  payload: Uint8Array,
  from: string,
  to: string,
  nextHeader: number,
  fields: IpFields = {},
): Uint8Array =>
  concat(
    [0x60, 0, 0, 0],
    u16(fields.length ?? payload.length),
    [nextHeader, fields.ttl ?? 64],
    addressBytes(from),
    addressBytes(to),
    payload,
  )

/** IP of the version that the addresses have. */
const ip = (
  payload: Uint8Array,
  from: string,
  to: string,
  protocol: number,
  fields: IpFields = {},
): Uint8Array => (from.includes(':') ? ipv6 : ipv4)(payload, from, to, protocol, fields)

/** A UDP datagram with its IP header. */
export const udpPacket = (payload: Uint8Array, from: End, to: End, fields: IpFields = {}): Uint8Array =>
  ip(udp(payload, from, to), from.address, to.address, PROTOCOL.udp, fields)

/** A TCP segment with its IP header. */
export const tcpPacket = (
  payload: Uint8Array,
  from: End,
  to: End,
  fields: TcpFields,
  ipFields: IpFields = {},
): Uint8Array => ip(tcp(payload, from, to, fields), from.address, to.address, PROTOCOL.tcp, ipFields)

/** An IPv6 extension header of 8 bytes and `extra` more units. */
export const extension = (payload: Uint8Array, nextHeader: number, extra = 0): Uint8Array =>
  concat([nextHeader, extra, 1, 4 + 8 * extra], new Uint8Array(4 + 8 * extra), payload)

/** An AH header with a 12-byte check value (RFC 4302). */
export const authentication = (payload: Uint8Array, nextHeader: number): Uint8Array =>
  concat([nextHeader, 4, 0, 0], new Uint8Array(20), payload)

/** GRE version 0 (RFC 2784, 2890); optional fields as asked for. */
export const gre = (
  payload: Uint8Array,
  type: number,
  options: { checksum?: boolean; key?: boolean; sequence?: boolean } = {},
): Uint8Array => {
  const present = [options.checksum === true, options.key === true, options.sequence === true]
  const flags =
    (present[0] === true ? 0x8000 : 0) |
    (present[1] === true ? 0x2000 : 0) |
    (present[2] === true ? 0x1000 : 0)
  return concat(u16(flags), u16(type), new Uint8Array(4 * present.filter(Boolean).length), payload)
}

/** Cuts an IP payload into IPv4 fragments of at most `size` bytes of data (a multiple of 8). */
export const ipv4Fragments = (
  payload: Uint8Array,
  from: string,
  to: string,
  protocol: number,
  id: number,
  size: number,
): Uint8Array[] =>
  cuts(payload.length, size).map((offset) =>
    ipv4(payload.subarray(offset, offset + size), from, to, protocol, {
      id,
      offset,
      more: offset + size < payload.length,
    }),
  )

/** The same for IPv6. */
export const ipv6Fragments = (
  payload: Uint8Array,
  from: string,
  to: string,
  nextHeader: number,
  id: number,
  size: number,
): Uint8Array[] =>
  cuts(payload.length, size).map((offset) =>
    ipv6(
      fragmentHeader(
        payload.subarray(offset, offset + size),
        nextHeader,
        id,
        offset,
        offset + size < payload.length,
      ),
      from,
      to,
      PROTOCOL.fragment,
    ),
  )

/** An IPv6 fragment header (RFC 8200 §4.5). */
export const fragmentHeader = (
  payload: Uint8Array,
  nextHeader: number,
  id: number,
  offset: number,
  more: boolean,
): Uint8Array => concat([nextHeader, 0], u16(offset | (more ? 1 : 0)), u32(id), payload)

const cuts = (length: number, size: number): number[] =>
  Array.from({ length: Math.max(1, Math.ceil(length / size)) }, (_, index) => index * size)

/** EtherType of an IP packet. */
const typeOf = (packet: Uint8Array): number => (packet[0]! >> 4 === 6 ? TYPE.ipv6 : TYPE.ipv4)

const PHONE_MAC = [0x02, 0, 0, 0, 0, 0x01]
const SWITCH_MAC = [0x02, 0, 0, 0, 0, 0x02]

/** Ethernet II, padded to 60 bytes as on the wire unless `pad` is false. */
export const ethernet = (payload: Uint8Array, type = typeOf(payload), pad = true): Uint8Array => {
  const frame = concat(SWITCH_MAC, PHONE_MAC, u16(type), payload)
  return pad && frame.length < 60 ? concat(frame, new Uint8Array(60 - frame.length)) : frame
}

/** One VLAN tag in front of what `type` names; wrap the outer ones around the inner ones and give their type to ethernet(). */
export const vlan = (payload: Uint8Array, id: number, type = typeOf(payload)): Uint8Array =>
  concat(u16(id), u16(type), payload)

/** A stack of MPLS labels over an IP packet. */
export const mpls = (payload: Uint8Array, labels: readonly number[]): Uint8Array =>
  concat(
    ...labels.map((label, index) =>
      u32(((label << 12) | (index === labels.length - 1 ? 0x100 : 0) | 64) >>> 0),
    ),
    payload,
  )

/** A PPP frame: protocol field of two bytes, with address and control if asked for. */
export const ppp = (payload: Uint8Array, withAddress = false): Uint8Array =>
  concat(withAddress ? [0xff, 0x03] : [], u16(typeOf(payload) === TYPE.ipv6 ? 0x0057 : 0x0021), payload)

/** A PPPoE session header around a PPP frame. */
export const pppoe = (payload: Uint8Array, session = 0x0101): Uint8Array =>
  concat([0x11, 0], u16(session), u16(payload.length), payload)

/** Linux cooked capture, v1; `type` of the packet. */
export const linuxSll = (payload: Uint8Array, type = typeOf(payload), packetType = 0): Uint8Array =>
  concat(u16(packetType), u16(1), u16(6), PHONE_MAC, [0, 0], u16(type), payload)

/** Linux cooked capture, v2. */
export const linuxSll2 = (payload: Uint8Array, type = typeOf(payload), packetType = 0): Uint8Array =>
  concat(u16(type), [0, 0], u32(3), u16(1), [packetType, 6], PHONE_MAC, [0, 0], payload)

/** BSD loopback; `family` little-endian for link type NULL on most machines, big-endian for LOOP. */
export const loopback = (payload: Uint8Array, family: number, isLittleEndian: boolean): Uint8Array =>
  concat(isLittleEndian ? [family, 0, 0, 0] : [0, 0, 0, family], payload)

export interface RtpFields {
  readonly payloadType: number
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
  readonly marker?: boolean
}

/** An RTP packet (RFC 3550 §5.1) without CSRC and extension. */
export const rtp = (payload: Uint8Array, fields: RtpFields): Uint8Array =>
  concat(
    [0x80, (fields.marker === true ? 0x80 : 0) | fields.payloadType],
    u16(fields.sequence),
    u32(fields.timestamp),
    u32(fields.ssrc),
    payload,
  )

/** A compound RTCP packet: a sender report without blocks and an SDES CNAME (RFC 3550 §6.4.1, §6.5). */
export const rtcp = (ssrc: number, cname = 'phone@example.com'): Uint8Array => {
  const item = concat([1, cname.length], ascii(cname), [0])
  const padded = concat(item, new Uint8Array((4 - (item.length % 4)) % 4))
  const report = concat([0x80, 200], u16(6), u32(ssrc), new Uint8Array(20))
  return concat(report, [0x81, 202], u16(1 + padded.length / 4), u32(ssrc), padded)
}
