/**
 * The filter that runs in the kernel for every frame on the wire (CAPTURE: RFC 7983 and RFC 9443 demultiplexing): what an engine may need comes
 * whole, or of media a sample of first bytes; tunnels by their headers now and then; everything else stays in the kernel. In doubt it lets through. Its
 * readable twin is test/reference/kernel-filter-twin.ts, and the kernel itself says in a test that they are one.
 *
 * So that silence can be told from a deaf socket, frames that are no IP come with their Ethernet header, and so does one in a thousand of the
 * others.
 */
import { UNJUDGED } from '../../core/index.ts'
import type { FilterMode, KernelFilters } from '../frame-source.ts'

import { assemble, label, line, type Line } from './assembler.ts'

/** Where signalling is expected; elsewhere it is let through if it looks like signalling. */
export interface FilterPorts {
  /** SIP over UDP and TCP. */
  readonly sip: readonly number[]
  /** SIP over TLS: connections come whole. Elsewhere only their handshakes. */
  readonly tls: readonly number[]
  /** SIP over WebSocket, in the clear or in TLS. */
  readonly webSocket: readonly number[]
}

/** Bytes of a frame that are kept, by what it is. */
export const KEPT = {
  /** More than any frame has. */
  whole: 262_144,
  /** Of media while sampling: 30 ms of G.711 under IPv6, two tags and an SRTP tag. Otherwise a tag at the end of longer packets is wanted too. */
  sample: 512,
  tunnel: 96,
  /** Ethernet's header: there was something. */
  glimpse: 14,
  drop: 0,
} as const

/** Of a tunnel's packets one in so many is kept, by the lowest bits of the counter that ESP and OpenVPN have in bytes 4–7. */
const TUNNEL_SHARE_MASK = 31
/** Of the packets of no interest one in 1,024 is kept, by their checksum: as good as random, and of no use to whoever made them. */
const GLIMPSE_MASK = 0x3ff
const GLIMPSE_VALUE = 0x15a
/** Of 32 RTP packets those two come whose sequence numbers have none of these bits: neighbours, since lengths and times are compared in pairs. */
const SAMPLE_MASK = 30

const VLAN_TAGS = [0x8100, 0x88a8, 0x9100]
const MPLS = [0x8847, 0x8848]
/** IPv6 extension headers, AH, IP in IP and GRE: rare, and what is inside is not looked for here. */
const OPENED_PROTOCOLS = [0, 4, 41, 43, 44, 47, 51, 60, 135, 139, 140]
/** PPP: encrypted, compressed link, compressed (IANA "PPP Numbers"). */
const HIDDEN_PPP = [0x0053, 0x00fb, 0x00fd]
/** OpenVPN, and ESP in UDP (RFC 3948). */
const TUNNEL_PORTS = [1194, 4500]
/** STUN and TURN over TCP (RFC 8489 §18.4): media may be inside. */
const TURN_PORT = 3478
/** Handshake, change cipher spec, alert, all with version 3: whatever begins or ends TLS. */
const TLS_STARTS = [0x1603, 0x1403, 0x1503]
const ZRTP_COOKIE = 0x5a525450
/** LLC and SNAP with the Ethernet OUI's first byte (RFC 1042). */
const SNAP = 0xaaaa0300

/** How messages begin that are of interest on any TCP connection: SIP, HTTP (WebSocket, configuration of phones), RTSP, MSRP. */
const TCP_TEXTS = [
  ...['ACK ', 'BYE ', 'CANC', 'INFO', 'INVI', 'MESS', 'NOTI', 'OPTI', 'PRAC', 'PUBL', 'REFE', 'REGI', 'SUBS'],
  ...['UPDA', 'SIP/', '\r\n\r\n', 'GET ', 'HTTP', 'RTSP', 'DESC', 'SETU', 'PLAY', 'ANNO', 'RECO', 'MSRP'],
].map((text) => Buffer.from(text, 'latin1').readUInt32BE(0))

/** Scratch memory. */
const PROTOCOL = 0
const IP_END = 1
const PLACE = 2
const LENGTH = 3

const unjudgedPorts = (transport: 'udp' | 'tcp'): readonly number[] =>
  // RTSP carries video beside its text, which is known by itself.
  UNJUDGED.filter((row) => row.transport === transport && row.isTelephony).flatMap(({ ports }) => ports)

/** To `then` if A is one of the values, else on. */
const anyOf = (values: readonly number[], then: string): Line[] =>
  [...new Set(values)].map((value) => line('jeq', value, then))

/** Both ports of the header at X. */
const anyPort = (ports: readonly number[], then: string): Line[] => [
  line('ldhAt', 0),
  ...anyOf(ports, then),
  line('ldhAt', 2),
  ...anyOf(ports, then),
]

/** Ethernet with up to two tags in the bytes (a third: whatever it is, whole) → at `type` A is the EtherType, X the place behind it. */
const ETHERNET: readonly Line[] = [
  line('ldh', 12),
  ...anyOf(VLAN_TAGS, 'tagged'),
  line('setX', 14),
  line('ja', 0, 'type'),
  label('tagged'),
  line('ldh', 16),
  ...anyOf(VLAN_TAGS, 'tagged twice'),
  line('setX', 18),
  line('ja', 0, 'type'),
  label('tagged twice'),
  line('ldh', 20),
  ...anyOf(VLAN_TAGS, 'whole'),
  line('setX', 22),
  label('type'),
  line('jeq', 0x0800, 'ipv4'),
  line('jeq', 0x86dd, 'ipv6'),
  line('jeq', 0x8864, 'pppoe'),
  ...anyOf(MPLS, 'whole'),
  line('jge', 0x0600, 'glimpse'),
  line('ldAt', 0),
  line('jeq', SNAP, 'whole', 'glimpse'),
]

/** PPPoE (RFC 2516): only the common form of PPP's protocol field is followed, others are rare. */
const PPPOE: readonly Line[] = [
  label('pppoe'),
  line('txa'),
  line('add', 8),
  line('store', PLACE),
  line('ldhAt', 6),
  line('jeq', 0x0021, 'ppp'),
  line('jeq', 0x0057, 'ppp'),
  ...anyOf(HIDDEN_PPP, 'tunnel'),
  line('ldbAt', 6),
  // Address and control, or a protocol field of one byte (RFC 1661 §6.5); and MPLS.
  line('jset', 1, 'whole'),
  line('jeq', 0x02, 'whole', 'glimpse'),
  label('ppp'),
  line('store', PROTOCOL),
  line('recall', PLACE),
  line('tax'),
  line('recall', PROTOCOL),
  line('jeq', 0x0057, 'ipv6', 'ipv4'),
]

/** IP at X → at `transport` A is the protocol, X its header, M[IP_END] where the datagram ends. */
const IP: readonly Line[] = [
  label('ipv4'),
  line('ldbAt', 0),
  line('and', 0xf0),
  line('jeq', 0x40, null, 'glimpse'),
  line('ldhAt', 6),
  line('jset', 0x3fff, 'whole'),
  line('ldhAt', 2),
  // Segmentation offload leaves 0.
  line('jeq', 0, 'whole'),
  line('addX'),
  line('store', IP_END),
  line('ldbAt', 9),
  line('store', PROTOCOL),
  line('ldbAt', 0),
  line('and', 0x0f),
  line('lsh', 2),
  line('jge', 20, null, 'glimpse'),
  line('addX'),
  line('tax'),
  line('ja', 0, 'transport'),
  label('ipv6'),
  line('ldbAt', 0),
  line('and', 0xf0),
  line('jeq', 0x60, null, 'glimpse'),
  line('ldhAt', 4),
  line('jeq', 0, 'whole'),
  line('addX'),
  line('add', 40),
  line('store', IP_END),
  line('ldbAt', 6),
  line('store', PROTOCOL),
  line('txa'),
  line('add', 40),
  line('tax'),
  label('transport'),
  line('recall', PROTOCOL),
  line('jeq', 17, 'udp'),
  line('jeq', 6, 'tcp'),
  line('jeq', 50, 'esp'),
  ...anyOf(OPENED_PROTOCOLS, 'whole'),
  line('ja', 0, 'glimpse'),
]

/**
 * RTP in UDP at X while sampling. The marker bit is the beginning of a talkspurt (RFC 3551 §4.1): when media began says what signalling and which
 * keys came before it.
 */
const SAMPLE: readonly Line[] = [
  line('ldbAt', 9),
  line('jge', 224, 'sample'),
  // RTCP (RFC 5761 §4).
  line('jge', 192, 'whole'),
  line('jset', 0x80, 'sample'),
  line('ldhAt', 10),
  line('jset', SAMPLE_MASK, 'drop'),
  label('sample'),
  line('ret', KEPT.sample),
]

/** UDP at X, by the first octet of its payload. */
const udp = ({ sip }: FilterPorts, mode: FilterMode): Line[] => [
  label('udp'),
  ...anyPort([...sip, ...unjudgedPorts('udp')], 'whole'),
  line('ldbAt', 8),
  line('jge', 192, 'udp of others'),
  line('jge', 128, 'rtp'),
  line('jge', 80, 'text'),
  line('jge', 64, 'channel'),
  line('jge', 32, 'dtls 1.3'),
  line('jge', 20, 'dtls'),
  line('jge', 16, 'zrtp'),
  line('jge', 4, 'line end', 'whole'),

  label('rtp'),
  ...(mode === 'full' ? [line('ja', 0, 'whole')] : SAMPLE),

  // TURN's ChannelData (RFC 8656 §12.4) if its length field leaves at most three octets of padding; else it may be text.
  label('channel'),
  line('txa'),
  line('store', PLACE),
  line('ldhAt', 4),
  line('sub', 12),
  line('store', LENGTH),
  line('ldhAt', 10),
  line('tax'),
  line('recall', LENGTH),
  line('subX'),
  line('jgt', 3, null, 'whole'),
  line('recall', PLACE),
  line('tax'),

  // Eight printable octets: every request and response of SIP begins with more.
  label('text'),
  ...[8, 12].flatMap((at) => [
    line('ldAt', at),
    line('jset', 0x80808080, 'udp of others'),
    ...[0x60000000, 0x600000, 0x6000, 0x60].map((bits) => line('jset', bits, null, 'udp of others')),
  ]),
  line('ja', 0, 'whole'),

  // Nothing in the header of 1.3 (RFC 9147 §4) tells it from a tunnel's.
  label('dtls 1.3'),
  ...anyPort(TUNNEL_PORTS, 'udp of others'),
  line('ja', 0, 'whole'),
  label('dtls'),
  line('ldbAt', 9),
  line('jeq', 0xfe, 'whole'),
  line('jeq', 0x01, 'whole', 'udp of others'),
  label('zrtp'),
  line('ldAt', 12),
  line('jeq', ZRTP_COOKIE, 'whole', 'udp of others'),
  label('line end'),
  line('jeq', 10, 'whole'),
  line('jeq', 13, 'whole'),

  label('udp of others'),
  ...anyPort(TUNNEL_PORTS, 'udp tunnel'),
  line('ldhAt', 6),
  line('and', GLIMPSE_MASK),
  line('jeq', GLIMPSE_VALUE, 'glimpse', 'drop'),
  label('udp tunnel'),
  line('ldbAt', 15),
  line('jset', TUNNEL_SHARE_MASK, 'drop', 'tunnel'),
]

/** TCP at X: what begins or ends a connection, and what looks like the beginning of something of ours. */
const tcp = ({ sip, tls, webSocket }: FilterPorts): Line[] => [
  label('tcp'),
  ...anyPort([...sip, ...tls, ...webSocket, TURN_PORT, ...unjudgedPorts('tcp')], 'whole'),
  line('ldbAt', 13),
  // FIN, SYN, RST.
  line('jset', 7, 'whole'),
  line('txa'),
  line('store', PLACE),
  line('ldbAt', 12),
  line('and', 0xf0),
  line('rsh', 2),
  line('addX'),
  line('tax'),
  line('recall', IP_END),
  // Behind a bare acknowledgement only padding follows.
  line('jgtX', 0, null, 'tcp of others'),
  line('ldhAt', 0),
  ...anyOf(TLS_STARTS, 'whole'),
  line('ldAt', 0),
  ...anyOf(TCP_TEXTS, 'whole'),
  // A length of two octets and RTP, RTCP, STUN or DTLS (RFC 4571, RFC 6544); STUN by itself.
  line('ldbAt', 0),
  line('jge', 6, 'tcp of others'),
  line('ldbAt', 2),
  line('jge', 192, 'tcp of others'),
  line('jge', 128, 'whole'),
  line('jge', 27, 'tcp of others'),
  line('jge', 20, 'whole'),
  line('jge', 4, null, 'whole'),

  label('tcp of others'),
  line('recall', PLACE),
  line('tax'),
  line('ldhAt', 16),
  line('and', GLIMPSE_MASK),
  line('jeq', GLIMPSE_VALUE, 'glimpse', 'drop'),
]

const ESP: readonly Line[] = [
  label('esp'),
  line('ldbAt', 7),
  line('jset', TUNNEL_SHARE_MASK, 'drop', 'tunnel'),
]

const ENDS: readonly Line[] = [
  label('whole'),
  line('ret', KEPT.whole),
  label('tunnel'),
  line('ret', KEPT.tunnel),
  label('glimpse'),
  line('ret', KEPT.glimpse),
  label('drop'),
  line('ret', KEPT.drop),
]

const programOf = (ports: FilterPorts, mode: FilterMode): Uint8Array =>
  assemble([...ETHERNET, ...PPPOE, ...IP, ...udp(ports, mode), ...tcp(ports), ...ESP, ...ENDS])

/** The filter of both modes. Throws RangeError for more ports than a filter has room for. */
export const assembleFilters = (ports: FilterPorts): KernelFilters => ({
  full: programOf(ports, 'full'),
  sampling: programOf(ports, 'sampling'),
})
