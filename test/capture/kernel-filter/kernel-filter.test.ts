/** What the kernel keeps of each kind of frame, by the kernel's own word; and that the readable twin keeps the same of every capture there is. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { KEPT, type FilterPorts } from '../../../src/capture/index.ts'
import { capturesIn, caseCaptures } from '../../tools/captures.ts'
import { CAN_ASK_KERNEL, FilterJudge } from '../../tools/filter-judge.ts'
import {
  ascii,
  concat,
  ethernet,
  extension,
  FLAG,
  gre,
  ipv4,
  ipv4Fragments,
  ipv6,
  PROTOCOL,
  rtcp,
  rtp,
  tcpPacket,
  TYPE,
  u16,
  u32,
  udp,
  udpPacket,
  vlan,
  type End,
} from '../../tools/packet-builder.ts'
import { describeIfShared } from '../../tools/shared.ts'

const USUAL: FilterPorts = { sip: [5060], tls: [5061], webSocket: [8080] }
/** So many that jumps over them are long. */
const MANY: FilterPorts = {
  sip: Array.from({ length: 64 }, (_, i) => 6000 + i),
  tls: Array.from({ length: 64 }, (_, i) => 7000 + i),
  webSocket: [443],
}
/** Frames of one capture: those behind them are like them. `npm run test:long` takes all. */
const MOST_FRAMES = 60

const describeWithKernel = CAN_ASK_KERNEL ? describe : describe.skip

const A: End = { address: '192.0.2.1', port: 40000 }
const B: End = { address: '192.0.2.2', port: 41000 }
const A6: End = { address: '2001:db8::1', port: 40000 }
const B6: End = { address: '2001:db8::2', port: 41000 }
const voice = (sequence: number, marker = false): Uint8Array =>
  rtp(new Uint8Array(1000), { ssrc: 1, sequence, timestamp: 160 * sequence, payloadType: 0, marker })
const at = (end: End, port: number): End => ({ ...end, port })
const udpFrame = (payload: Uint8Array, from = A, to = B): Uint8Array => ethernet(udpPacket(payload, from, to))
const tcpFrame = (payload: Uint8Array, to = B, flags: number = FLAG.ack): Uint8Array =>
  ethernet(tcpPacket(payload, A, to, { sequence: 1, acknowledgement: 1, flags }))
const random = (length: number, first: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i === 0 ? first : (i * 197 + 113) & 0xff))
const INVITE = ascii('INVITE sip:b@example.com SIP/2.0\r\n')
const HANDSHAKE = concat([0x16, 3, 1, 2, 0], random(512, 1))

/** Bytes kept in full mode, and while sampling if that differs. */
const KINDS: readonly (readonly [string, Uint8Array, number, number?])[] = [
  ['SIP on its port', udpFrame(INVITE, A, at(B, 5060)), KEPT.whole],
  ['a keep-alive on the SIP port', udpFrame(new Uint8Array(4), A, at(B, 5060)), KEPT.whole],
  ['SIP on any other port', udpFrame(INVITE), KEPT.whole],
  ['SIP with a method of its own', udpFrame(ascii('JUGGLE sip:b@example.com SIP/2.0\r\n')), KEPT.whole],
  ['SIP behind line ends', udpFrame(concat(ascii('\r\n'), INVITE)), KEPT.whole],
  ['SIP over IPv6', ethernet(udpPacket(INVITE, A6, B6)), KEPT.whole],
  ['SIP in a VLAN', ethernet(vlan(udpPacket(INVITE, A, B), 7), TYPE.vlan), KEPT.whole],
  ['STUN', udpFrame(concat([0, 1, 0, 0], u32(0x2112a442), new Uint8Array(12))), KEPT.whole],
  ['DTLS', udpFrame(concat([22, 0xfe, 0xfd], random(60, 0))), KEPT.whole],
  ['DTLS 1.3, protected', udpFrame(random(60, 0x2f)), KEPT.whole],
  ['not DTLS after all', udpFrame(concat([22, 7], random(60, 0))), KEPT.drop],
  ['ZRTP', udpFrame(concat([0x10, 0, 0, 1], ascii('ZRTP'), random(40, 0))), KEPT.whole],
  ['TURN ChannelData', udpFrame(concat([0x40, 1], u16(200), random(200, 0x80))), KEPT.whole],
  ['RTP, first of a pair', udpFrame(voice(64)), KEPT.whole, KEPT.sample],
  ['RTP, second of a pair', udpFrame(voice(65)), KEPT.whole, KEPT.sample],
  ['RTP between the pairs', udpFrame(voice(66)), KEPT.whole, KEPT.drop],
  ['RTP at the beginning of a talkspurt', udpFrame(voice(66, true)), KEPT.whole, KEPT.sample],
  ['RTP over IPv6', ethernet(udpPacket(voice(95), A6, B6)), KEPT.whole, KEPT.drop],
  ['RTCP', udpFrame(rtcp(1)), KEPT.whole],
  ['QUIC with a long header', udpFrame(random(1200, 0xc3)), KEPT.drop],
  ['QUIC with a short header', udpFrame(random(1200, 0x4d)), KEPT.drop],
  ['a DNS query', udpFrame(random(40, 0x9), A, at(B, 53)), KEPT.drop],
  ['ESP in UDP', udpFrame(random(200, 0xc1), A, at(B, 4500)), KEPT.drop],
  [
    'ESP in UDP, one of 32',
    udpFrame(concat([0xc1, 2, 3, 4], u32(64), random(200, 5)), A, at(B, 4500)),
    KEPT.tunnel,
  ],
  ['ESP', ethernet(ipv4(concat(u32(0x1000), u32(33), random(80, 5)), A.address, B.address, 50)), KEPT.drop],
  [
    'ESP, one of 32',
    ethernet(ipv4(concat(u32(0x1000), u32(32), random(80, 5)), A.address, B.address, 50)),
    KEPT.tunnel,
  ],
  [
    'GRE',
    ethernet(ipv4(gre(udpPacket(INVITE, A, B), TYPE.ipv4), A.address, B.address, PROTOCOL.gre)),
    KEPT.whole,
  ],
  [
    'an extension header',
    ethernet(ipv6(extension(udpPacket(INVITE, A6, B6), PROTOCOL.udp), A6.address, B6.address, 60)),
    KEPT.whole,
  ],
  ['a TLS handshake on any port', tcpFrame(HANDSHAKE), KEPT.whole],
  ['TLS data on the SIP port', tcpFrame(concat([23, 3, 3], random(99, 1)), at(B, 5061)), KEPT.whole],
  ['TLS data elsewhere', tcpFrame(concat([23, 3, 3], random(99, 1)), at(B, 443)), KEPT.drop],
  ['the beginning of a connection', tcpFrame(new Uint8Array(0), B, FLAG.syn), KEPT.whole],
  ['the end of a connection', tcpFrame(new Uint8Array(0), B, FLAG.fin | FLAG.ack), KEPT.whole],
  ['an acknowledgement, padded', tcpFrame(new Uint8Array(0)), KEPT.drop],
  ['an acknowledgement on the SIP port', tcpFrame(new Uint8Array(0), at(B, 5060)), KEPT.whole],
  ['SIP over TCP on any port', tcpFrame(INVITE), KEPT.whole],
  ['a WebSocket upgrade', tcpFrame(ascii('GET /ws HTTP/1.1\r\n')), KEPT.whole],
  ['RTP in frames', tcpFrame(concat(u16(172), voice(1).subarray(0, 172))), KEPT.whole],
  ['ARP', ethernet(random(46, 0), 0x0806), KEPT.glimpse],
  ['ICMP', ethernet(ipv4(random(56, 8), A.address, B.address, 1)), KEPT.glimpse],
]

describeWithKernel('the kernel filter', () => {
  let judge: FilterJudge
  beforeAll(async () => {
    judge = await FilterJudge.open(USUAL)
  })
  afterAll(() => {
    judge.close()
  })

  test.each(KINDS)('%s', (_, frame, full, sampling = full) => {
    const kept = { full: judge.kept(frame, 'full'), sampling: judge.kept(frame, 'sampling') }
    const length = frame.length
    expect(kept).toEqual({ full: Math.min(length, full), sampling: Math.min(length, sampling) })
  })

  test('keeps every fragment', () => {
    const datagram = udp(concat(INVITE, new Uint8Array(3000)), A, B)
    const fragments = ipv4Fragments(datagram, A.address, B.address, PROTOCOL.udp, 7, 1000).map((fragment) =>
      ethernet(fragment),
    )
    expect(fragments).toHaveLength(4)
    expect(fragments.map((frame) => judge.kept(frame, 'sampling'))).toEqual(
      fragments.map(({ length }) => length),
    )
  })

  test('shows its frames of no interest now and then', () => {
    let glimpses = 0
    for (let i = 0; i < 20_000; i++) {
      const frame = udpFrame(concat([0xc3], u32(Math.imul(i, 0x9e3779b1)), random(20, 1)))
      // The checksum, which the builder leaves out.
      frame.set(u16(i & 0xffff), 40)
      if (judge.kept(frame, 'full') > 0) glimpses++
    }
    expect(glimpses).toBeGreaterThan(5)
    expect(glimpses).toBeLessThan(60)
  })
})

const PORTS = [
  ['usual ports', USUAL],
  ['many ports', MANY],
] as const

describeWithKernel('the kernel keeps what the twin keeps', () => {
  test.each(PORTS)('frames of the cases, %s', async (_, ports) => {
    const judge = await FilterJudge.open(ports)
    for (const path of caseCaptures()) expect(await judge.compare(path, MOST_FRAMES)).toBeGreaterThan(0)
    judge.close()
  })
})

if (CAN_ASK_KERNEL)
  describeIfShared('the kernel keeps what the twin keeps of the shared captures', (shared) => {
    const folders = ['captures/lab', 'captures/traps', 'captures/public', 'torture']
    test.each(PORTS.flatMap(([name, ports]) => folders.map((folder) => [folder, name, ports] as const)))(
      '%s, %s',
      async (folder, _, ports) => {
        const judge = await FilterJudge.open(ports)
        let compared = 0
        for (const path of capturesIn(shared, folder)) compared += await judge.compare(path, MOST_FRAMES)
        judge.close()
        expect(compared).toBeGreaterThan(1000)
      },
      60_000,
    )
  })
