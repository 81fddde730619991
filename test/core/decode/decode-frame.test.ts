import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { decodeAnyFrame } from '../../../src/core/decode/decode-frame.ts'
import { decodePlainUdp } from '../../../src/core/decode/decode-plain-udp.ts'
import {
  DECODE_STATUS,
  LINK_TYPES,
  PacketLayers,
  decodeFrame,
  decodeTransport,
} from '../../../src/core/decode/index.ts'
import {
  FLAG,
  PROTOCOL,
  TYPE,
  addressWords,
  ascii,
  authentication,
  concat,
  ethernet,
  extension,
  fragmentHeader,
  gre,
  ipv4,
  ipv4Fragments,
  ipv6,
  linuxSll,
  linuxSll2,
  loopback,
  mpls,
  ppp,
  pppoe,
  tcp,
  tcpPacket,
  u16,
  udp,
  udpPacket,
  vlan,
  type End,
} from '../../tools/packet-builder.ts'

const PHONE: End = { address: '192.0.2.10', port: 5062 }
const SWITCH: End = { address: '203.0.113.20', port: 5060 }
const PHONE6: End = { address: '2001:db8::10', port: 5062 }
const SWITCH6: End = { address: '2001:db8:0:1::20', port: 5060 }
const TEXT = ascii('OPTIONS sip:07700900123@example.com SIP/2.0\r\n\r\n')

const STATUS_NAMES = Object.keys(DECODE_STATUS)

/** Decodes with room before and behind, so that an absolute offset or a reading past the end shows. */
const decode = (linkType: number, frame: Uint8Array, wireLength = frame.length) => {
  const bytes = concat(new Uint8Array(7).fill(0x45), frame, new Uint8Array(64).fill(0x45))
  const layers = new PacketLayers()
  const status = decodeFrame(linkType, bytes, 7, 7 + frame.length, wireLength, layers)
  const payload = bytes.slice(layers.payloadStart, layers.payloadEnd)
  return { status: STATUS_NAMES[status], layers, payload, text: String.fromCharCode(...payload) }
}

const expectDatagram = (result: ReturnType<typeof decode>, from: End, to: End, payload = TEXT): void => {
  expect(result.status).toBe('transport')
  expect([...result.layers.addresses]).toEqual([...addressWords(from.address), ...addressWords(to.address)])
  expect([result.layers.sourcePort, result.layers.destinationPort]).toEqual([from.port, to.port])
  expect([...result.payload]).toEqual([...payload])
  expect(result.layers.payloadLength).toBe(payload.length)
}

const V4 = udpPacket(TEXT, PHONE, SWITCH)
const V6 = udpPacket(TEXT, PHONE6, SWITCH6)

describe('link types', () => {
  const links: [string, number, (packet: Uint8Array) => Uint8Array][] = [
    ['Ethernet', LINK_TYPES.ethernet, (packet) => ethernet(packet)],
    ['802.1Q', 1, (packet) => ethernet(vlan(packet, 100), TYPE.vlan)],
    ['QinQ', 1, (packet) => ethernet(vlan(vlan(packet, 100), 7, TYPE.vlan), TYPE.serviceVlan)],
    ['0x9100 over 802.1Q', 1, (packet) => ethernet(vlan(vlan(packet, 100), 7, TYPE.vlan), TYPE.oldVlan)],
    ['PPPoE', 1, (packet) => ethernet(pppoe(ppp(packet)), TYPE.pppoe)],
    [
      'PPPoE in QinQ',
      1,
      (packet) => ethernet(vlan(vlan(pppoe(ppp(packet)), 3, TYPE.pppoe), 2, TYPE.vlan), 0x88a8),
    ],
    ['MPLS, one label', 1, (packet) => ethernet(mpls(packet, [17]), TYPE.mpls)],
    [
      'MPLS, eight labels in a VLAN',
      1,
      (packet) => ethernet(vlan(mpls(packet, [1, 2, 3, 4, 5, 6, 7, 8]), 9, TYPE.mpls), TYPE.vlan),
    ],
    [
      'SNAP',
      1,
      (packet) => {
        const body = concat(
          [0xaa, 0xaa, 3, 0, 0, 0],
          u16(packet[0]! >> 4 === 6 ? TYPE.ipv6 : TYPE.ipv4),
          packet,
        )
        return ethernet(body, body.length)
      },
    ],
    ['Linux cooked', LINK_TYPES.linuxSll, (packet) => linuxSll(packet)],
    ['Linux cooked with VLAN', 113, (packet) => linuxSll(vlan(packet, 100), TYPE.vlan)],
    ['Linux cooked 2', LINK_TYPES.linuxSll2, (packet) => linuxSll2(packet)],
    ['raw', LINK_TYPES.raw, (packet) => packet],
    ['raw 12', 12, (packet) => packet],
    ['raw 14', 14, (packet) => packet],
    ['PPP', LINK_TYPES.ppp, (packet) => ppp(packet)],
    ['PPP with address', 9, (packet) => ppp(packet, true)],
    ['PPP with short protocol', 9, (packet) => ppp(packet).subarray(1)],
    ['PPP in HDLC', LINK_TYPES.pppHdlc, (packet) => ppp(packet, true)],
    [
      'Cisco HDLC',
      50,
      (packet) => concat([0x0f, 0], u16(packet[0]! >> 4 === 6 ? TYPE.ipv6 : TYPE.ipv4), packet),
    ],
    ['PPPoE link', LINK_TYPES.pppEthernet, (packet) => pppoe(ppp(packet))],
  ]
  test.each(links)('%s carries both IP versions', (_name, linkType, wrap) => {
    expectDatagram(decode(linkType, wrap(V4)), PHONE, SWITCH)
    expectDatagram(decode(linkType, wrap(V6)), PHONE6, SWITCH6)
  })

  test.each([10, 23, 24, 28, 30])('loopback family %i is IPv6 in either byte order', (family) => {
    expectDatagram(decode(LINK_TYPES.null, loopback(V6, family, true)), PHONE6, SWITCH6)
    expectDatagram(decode(LINK_TYPES.loop, loopback(V6, family, false)), PHONE6, SWITCH6)
  })

  test('loopback family 2 is IPv4', () => {
    expectDatagram(decode(LINK_TYPES.null, loopback(V4, 2, true)), PHONE, SWITCH)
    expectDatagram(decode(LINK_TYPES.loop, loopback(V4, 2, false)), PHONE, SWITCH)
  })

  test('link types of one IP version refuse the other', () => {
    expectDatagram(decode(LINK_TYPES.ipv4, V4), PHONE, SWITCH)
    expectDatagram(decode(LINK_TYPES.ipv6, V6), PHONE6, SWITCH6)
    expect(decode(LINK_TYPES.ipv4, V6).status).toBe('malformed')
    expect(decode(LINK_TYPES.ipv6, concat(V4, new Uint8Array(20))).status).toBe('malformed')
  })

  test('an unknown link type is named', () => {
    expect(decode(147, ethernet(V4)).status).toBe('unknownLink')
  })

  test('the innermost VLAN is told, and none as -1', () => {
    expect(decode(1, ethernet(vlan(vlan(V4, 0x2064), 7, TYPE.vlan), 0x88a8)).layers.vlan).toBe(0x064)
    expect(decode(1, ethernet(V4)).layers.vlan).toBe(-1)
  })

  test('eight tags are opened, nine are not believed', () => {
    const tagged = (count: number): Uint8Array => {
      let body = V4
      let type: number = TYPE.ipv4
      for (let tag = 0; tag < count; tag++) {
        body = vlan(body, tag + 1, type)
        type = TYPE.vlan
      }
      return ethernet(body, type)
    }
    expectDatagram(decode(1, tagged(8)), PHONE, SWITCH)
    expect(decode(1, tagged(9)).status).toBe('malformed')
    expect(decode(1, ethernet(mpls(V4, [1, 2, 3, 4, 5, 6, 7, 8, 9]), TYPE.mpls)).status).toBe('malformed')
  })

  test.each([
    ['ARP', ethernet(new Uint8Array(28), TYPE.arp)],
    ['LLDP', ethernet(new Uint8Array(40), 0x88cc)],
    ['spanning tree', ethernet(concat([0x42, 0x42, 3], new Uint8Array(35)), 38)],
    ['PPPoE discovery', ethernet(concat([0x11, 9, 0, 0, 0, 0], new Uint8Array(4)), 0x8863)],
    ['LCP in PPPoE', ethernet(pppoe(concat([0xc0, 0x21], new Uint8Array(10))), TYPE.pppoe)],
    ['a pseudowire', ethernet(mpls(new Uint8Array(40), [5]), TYPE.mpls)],
    ['SNAP of another house', ethernet(concat([0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0], new Uint8Array(30)), 38)],
  ])('%s is not IP', (_name, frame) => {
    expect(decode(1, frame).status).toBe('notIp')
  })
})

describe('IPv4 and UDP lengths', () => {
  test('Ethernet padding is cut', () => {
    const result = decode(1, ethernet(udpPacket(ascii('hi'), PHONE, SWITCH)))
    expect(result.text).toBe('hi')
    expect(result.layers.payloadLength).toBe(2)
  })

  test('options are stepped over', () => {
    const packet = ipv4(udp(TEXT, PHONE, SWITCH), PHONE.address, SWITCH.address, 17, {
      options: new Uint8Array(40).fill(1),
    })
    expectDatagram(decode(1, ethernet(packet)), PHONE, SWITCH)
  })

  test('total length 0 (segmentation offload) means: as long as the frame', () => {
    const packet = tcpPacket(TEXT, PHONE, SWITCH, { sequence: 1 }, { length: 0 })
    expect(decode(1, ethernet(packet)).text).toBe(String.fromCharCode(...TEXT))
    const cut = decode(1, ethernet(packet).subarray(0, 60), 14 + packet.length)
    expect(cut.layers.payloadLength).toBe(TEXT.length)
    expect(cut.payload.length).toBe(60 - 54)
  })

  test('UDP length 0 or beyond IP: IP counts; below 8: malformed', () => {
    const withLength = (length: number): Uint8Array =>
      ethernet(ipv4(udp(TEXT, PHONE, SWITCH, length), PHONE.address, SWITCH.address, 17))
    expectDatagram(decode(1, withLength(0)), PHONE, SWITCH)
    expectDatagram(decode(1, withLength(2000)), PHONE, SWITCH)
    expect(decode(1, withLength(7)).status).toBe('malformed')
    const shorter = decode(1, withLength(8 + 10))
    expect(shorter.text).toBe('OPTIONS si')
    expect(shorter.layers.payloadLength).toBe(10)
  })

  test("the payload length is the wire's when the capture cut the frame", () => {
    const frame = ethernet(udpPacket(new Uint8Array(500).fill(1), PHONE, SWITCH))
    const result = decode(1, frame.subarray(0, 100), frame.length)
    expect(result.status).toBe('transport')
    expect(result.layers.payloadLength).toBe(500)
    expect(result.payload.length).toBe(100 - 42)
  })

  test('also when the capture lost the wire length', () => {
    const frame = ethernet(udpPacket(new Uint8Array(500).fill(1), PHONE, SWITCH))
    expect(decode(1, frame.subarray(0, 100)).layers.payloadLength).toBe(500)
  })

  test('cut before the ports is truncated; short by its own lengths is malformed', () => {
    const frame = ethernet(udpPacket(TEXT, PHONE, SWITCH))
    for (let cut = 0; cut < 42; cut++)
      expect(decode(1, frame.subarray(0, cut), frame.length).status).toBe('truncated')
    for (let cut = 0; cut < 14; cut++) expect(decode(1, frame.subarray(0, cut)).status).toBe('malformed')
    const lying = (length: number): Uint8Array =>
      ethernet(ipv4(udp(TEXT, PHONE, SWITCH), PHONE.address, SWITCH.address, 17, { length }))
    for (let length = 1; length < 28; length++) expect(decode(1, lying(length)).status).toBe('malformed')
  })

  test.each([
    ['version 5', 0x55],
    ['header of 16 bytes', 0x44],
  ])('%s is malformed', (_name, first) => {
    const frame = ethernet(V4)
    frame[14] = first
    expect(decode(1, frame).status).toBe('malformed')
  })

  test('a wrong checksum is accepted (offload)', () => {
    const frame = ethernet(V4)
    frame.set([0xde, 0xad], 24)
    frame.set([0xbe, 0xef], 40)
    expectDatagram(decode(1, frame), PHONE, SWITCH)
  })
})

describe('TCP', () => {
  test('padding that IP counts and PPPoE does not is no payload', () => {
    const bare = tcpPacket(new Uint8Array(0), PHONE, SWITCH, { sequence: 1 }, { length: 46 })
    const frame = concat(ethernet(pppoe(ppp(bare)), TYPE.pppoe, false), new Uint8Array(6))
    const result = decode(1, frame)
    expect([result.status, result.layers.payloadLength, result.payload.length]).toEqual(['transport', 0, 0])
  })

  test('numbers, flags and payload behind options', () => {
    const fields = {
      sequence: 0xfffffff0,
      acknowledgement: 7,
      flags: FLAG.ack | FLAG.fin,
      options: new Uint8Array(12).fill(1),
    }
    const result = decode(1, ethernet(tcpPacket(TEXT, PHONE6, SWITCH6, fields)))
    expectDatagram(result, PHONE6, SWITCH6)
    const { tcpSequence, tcpAcknowledgement, tcpFlags, protocol, ipVersion } = result.layers
    expect([tcpSequence, tcpAcknowledgement, tcpFlags, protocol, ipVersion]).toEqual([-16, 7, 0x11, 6, 6])
  })

  test('an empty segment in a padded frame has no payload', () => {
    const result = decode(1, ethernet(tcpPacket(new Uint8Array(0), PHONE, SWITCH, { sequence: 1 })))
    expect(result.layers.payloadLength).toBe(0)
    expect(result.payload.length).toBe(0)
  })

  test('a header longer than the packet is malformed, cut options are not', () => {
    const options = new Uint8Array(40).fill(1)
    const packet = tcpPacket(TEXT, PHONE, SWITCH, { sequence: 1, options })
    const cut = decode(1, ethernet(packet).subarray(0, 60), packet.length + 14)
    expect([cut.status, cut.payload.length, cut.layers.payloadLength]).toEqual(['transport', 0, TEXT.length])
    for (const words of [0, 4]) {
      const frame = ethernet(packet)
      frame[46] = words << 4
      expect(decode(1, frame).status).toBe('malformed')
    }
    const small = tcp(new Uint8Array(0), PHONE, SWITCH, { sequence: 1 })
    small[12] = 0xf0
    expect(decode(1, ethernet(ipv4(small, PHONE.address, SWITCH.address, 6))).status).toBe('malformed')
  })
})

describe('IPv6 extension headers', () => {
  const around = (payload: Uint8Array, next: number): Uint8Array =>
    ethernet(ipv6(payload, PHONE6.address, SWITCH6.address, next))
  const datagram = udp(TEXT, PHONE6, SWITCH6)

  test('hop-by-hop, routing and destination options in a row', () => {
    const chain = extension(extension(extension(datagram, 17, 2), PROTOCOL.destination), PROTOCOL.routing, 1)
    expectDatagram(decode(1, around(chain, PROTOCOL.hopByHop)), PHONE6, SWITCH6)
  })

  test('AH hides nothing, in IPv4 neither', () => {
    expectDatagram(decode(1, around(authentication(datagram, 17), PROTOCOL.ah)), PHONE6, SWITCH6)
    const packet = ipv4(
      authentication(udp(TEXT, PHONE, SWITCH), 17),
      PHONE.address,
      SWITCH.address,
      PROTOCOL.ah,
    )
    expectDatagram(decode(1, ethernet(packet)), PHONE, SWITCH)
    const sealed = ipv4(
      authentication(new Uint8Array(40), PROTOCOL.esp),
      PHONE.address,
      SWITCH.address,
      PROTOCOL.ah,
    )
    expect(decode(1, ethernet(sealed)).status).toBe('tunnel')
  })

  test('16 are followed, 17 and 100 are not', () => {
    const chain = (count: number): Uint8Array => {
      let body = extension(datagram, 17)
      for (let header = 1; header < count; header++) body = extension(body, PROTOCOL.destination)
      return around(body, PROTOCOL.destination)
    }
    expectDatagram(decode(1, chain(16)), PHONE6, SWITCH6)
    expect(decode(1, chain(17)).status).toBe('malformed')
    expect(decode(1, chain(100)).status).toBe('malformed')
  })

  test('one that claims to reach past the packet is malformed, past the capture truncated', () => {
    const frame = around(extension(datagram, 17, 200), PROTOCOL.destination)
    expect(decode(1, frame.subarray(0, 100), frame.length).status).toBe('truncated')
    const short = around(concat([17, 200, 0, 0, 0, 0, 0, 0], datagram), PROTOCOL.destination)
    expect(decode(1, short).status).toBe('malformed')
  })

  test('an atomic fragment is a whole datagram', () => {
    expectDatagram(
      decode(1, around(fragmentHeader(datagram, 17, 9, 0, false), PROTOCOL.fragment)),
      PHONE6,
      SWITCH6,
    )
  })

  test('payload length 0 (jumbogram, offload) means: as long as the frame', () => {
    const packet = ipv6(datagram, PHONE6.address, SWITCH6.address, 17, { length: 0 })
    expectDatagram(decode(101, packet), PHONE6, SWITCH6)
  })

  test('hop-by-hop has no meaning in IPv4', () => {
    expect(decode(1, ethernet(ipv4(extension(datagram, 17), PHONE.address, SWITCH.address, 0))).status).toBe(
      'otherProtocol',
    )
  })

  test('no next header and ICMPv6 are another protocol', () => {
    expect(decode(1, around(new Uint8Array(0), 59)).status).toBe('otherProtocol')
    const result = decode(1, around(new Uint8Array(8), PROTOCOL.icmpv6))
    expect([result.status, result.layers.protocol]).toEqual(['otherProtocol', 58])
  })
})

describe('fragments', () => {
  test('IPv4: offset, more, identification and range', () => {
    const payload = udp(new Uint8Array(300).fill(3), PHONE, SWITCH)
    const parts = ipv4Fragments(payload, PHONE.address, SWITCH.address, 17, 0xbeef, 128)
    const results = parts.map((part) => decode(1, ethernet(part)))
    expect(results.map((result) => result.status)).toEqual(['fragment', 'fragment', 'fragment'])
    expect(
      results.map(({ layers }) => [layers.fragmentOffset, layers.moreFragments, layers.payloadLength]),
    ).toEqual([
      [0, true, 128],
      [128, true, 128],
      [256, false, 52],
    ])
    expect(results.map(({ layers }) => [layers.fragmentId, layers.protocol])).toEqual(
      new Array(3).fill([0xbeef, 17]),
    )
    expect([...results[2]!.payload]).toEqual([...payload.subarray(256)])
  })

  test('the highest offset is 65,528', () => {
    const part = ipv4(new Uint8Array(8), PHONE.address, SWITCH.address, 17, { offset: 65_528 })
    expect(decode(1, ethernet(part)).layers.fragmentOffset).toBe(65_528)
  })

  test('IPv6: the same behind other extension headers', () => {
    const body = extension(fragmentHeader(new Uint8Array(64), 17, 0xdeadbeef, 1280, true), PROTOCOL.fragment)
    const { status, layers } = decode(
      1,
      ethernet(ipv6(body, PHONE6.address, SWITCH6.address, PROTOCOL.destination)),
    )
    expect([status, layers.fragmentOffset, layers.moreFragments, layers.fragmentId]).toEqual([
      'fragment',
      1280,
      true,
      0xdeadbeef,
    ])
    expect([layers.payloadLength, layers.protocol]).toEqual([64, 17])
  })
})

describe('tunnels', () => {
  const inside = (payload: Uint8Array, protocol: number): Uint8Array =>
    ipv4(payload, '198.51.100.1', '198.51.100.2', protocol)

  test('IP in IP, 6in4, 4in6 give the innermost addresses', () => {
    expectDatagram(decode(1, ethernet(inside(V4, PROTOCOL.ipip))), PHONE, SWITCH)
    const six = decode(1, ethernet(inside(V6, PROTOCOL.ipv6)))
    expectDatagram(six, PHONE6, SWITCH6)
    expect([six.layers.ipVersion, six.layers.ipDepth]).toEqual([6, 2])
    expectDatagram(decode(1, ethernet(ipv6(V4, '2001:db8::1', '2001:db8::2', PROTOCOL.ipip))), PHONE, SWITCH)
  })

  test.each([
    {},
    { checksum: true },
    { key: true },
    { sequence: true },
    { checksum: true, key: true, sequence: true },
  ])('GRE with %j', (options) => {
    expectDatagram(decode(1, ethernet(inside(gre(V4, TYPE.ipv4, options), PROTOCOL.gre))), PHONE, SWITCH)
    expectDatagram(decode(1, ethernet(inside(gre(V6, TYPE.ipv6, options), PROTOCOL.gre))), PHONE6, SWITCH6)
  })

  test('GRE carrying Ethernet with a VLAN', () => {
    const frame = ethernet(vlan(V4, 5), TYPE.vlan)
    const result = decode(1, ethernet(inside(gre(frame, TYPE.teb), PROTOCOL.gre)))
    expectDatagram(result, PHONE, SWITCH)
    expect(result.layers.vlan).toBe(5)
  })

  test('four IP headers are opened, the fifth stays shut', () => {
    let packet = V4
    for (let depth = 1; depth < 4; depth++) packet = inside(packet, PROTOCOL.ipip)
    expectDatagram(decode(1, ethernet(packet)), PHONE, SWITCH)
    expect(decode(1, ethernet(inside(packet, PROTOCOL.ipip))).status).toBe('tunnel')
  })

  test('ESP, PPTP and unknown GRE stay shut and are named', () => {
    const esp = decode(1, ethernet(inside(new Uint8Array(60).fill(9), PROTOCOL.esp)))
    expect([esp.status, esp.layers.protocol]).toEqual(['tunnel', 50])
    const pptp = decode(1, ethernet(inside(concat([0x30, 1, 0x88, 0x0b], new Uint8Array(40)), PROTOCOL.gre)))
    expect([pptp.status, pptp.layers.protocol]).toEqual(['tunnel', 47])
    expect(decode(1, ethernet(inside(gre(new Uint8Array(40), 0x1234), PROTOCOL.gre))).status).toBe('tunnel')
  })

  test('a fragment inside of a tunnel has the inner addresses', () => {
    const [part] = ipv4Fragments(
      udp(new Uint8Array(300), PHONE, SWITCH),
      PHONE.address,
      SWITCH.address,
      17,
      5,
      128,
    )
    const { status, layers } = decode(1, ethernet(inside(part!, PROTOCOL.ipip)))
    expect(status).toBe('fragment')
    expect([...layers.addresses]).toEqual([...addressWords(PHONE.address), ...addressWords(SWITCH.address)])
  })
})

describe('decodeTransport', () => {
  test('reads a reassembled datagram and leaves the addresses', () => {
    const layers = new PacketLayers()
    const frame = ethernet(V6)
    decodeFrame(1, frame, 0, frame.length, frame.length, layers)
    const datagram = extension(udp(ascii('again'), { ...PHONE6, port: 9 }, SWITCH6), 17)
    expect(decodeTransport(datagram, 0, datagram.length, datagram.length, PROTOCOL.destination, layers)).toBe(
      0,
    )
    expect([layers.sourcePort, layers.payloadLength, layers.protocol]).toEqual([9, 5, 17])
    expect([...layers.addresses]).toEqual([...addressWords(PHONE6.address), ...addressWords(SWITCH6.address)])
  })
})

describe('the short way for plain UDP', () => {
  const plain = ethernet(V4)
  const visible = (layers: PacketLayers): unknown => [
    [...layers.addresses],
    layers.ipVersion,
    layers.ipDepth,
    layers.vlan,
    layers.protocol,
    layers.sourcePort,
    layers.destinationPort,
    layers.payloadStart,
    layers.payloadEnd,
    layers.payloadLength,
  ]

  test('is taken', () => {
    expect(decodePlainUdp(plain, 0, plain.length, new PacketLayers())).toBe(true)
  })

  test('says what the long way says, whatever the frame', () => {
    const short = new PacketLayers()
    const long = new PacketLayers()
    let taken = 0
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(44), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
        fc.integer({ min: 0, max: plain.length }),
        fc.nat(80),
        (changes, cut, more) => {
          const bytes = concat([9], plain, [9, 9])
          for (const [at, value] of changes) bytes[1 + at] = value
          const end = 1 + (cut < 20 ? plain.length : cut)
          const wireLength = end - 1 + more
          const status = decodeFrame(1, bytes, 1, end, wireLength, short)
          expect(decodeAnyFrame(1, bytes, 1, end, wireLength, long)).toBe(status)
          if (status === DECODE_STATUS.transport) expect(visible(short)).toEqual(visible(long))
          if (decodePlainUdp(bytes, 1, end, short)) taken++
        },
      ),
      { seed: 20_240_603, numRuns: 4000 },
    )
    expect(taken).toBeGreaterThan(500)
  })
})

describe('whatever comes', () => {
  const linkTypes = [...Object.values(LINK_TYPES), 999]
  const seeds: [linkType: number, frame: Uint8Array][] = [
    [1, ethernet(V4)],
    [1, ethernet(V6)],
    [1, ethernet(vlan(vlan(pppoe(ppp(V6)), 3, TYPE.pppoe), 2, TYPE.vlan), 0x88a8)],
    [1, ethernet(mpls(V4, [1, 2]), TYPE.mpls)],
    [1, ethernet(ipv4(gre(ethernet(V6), TYPE.teb, { key: true }), '192.0.2.1', '192.0.2.2', PROTOCOL.gre))],
    [
      1,
      ethernet(
        ipv6(
          extension(fragmentHeader(udp(TEXT, PHONE6, SWITCH6), 17, 1, 8, true), 44),
          '2001:db8::1',
          '2001:db8::2',
          60,
        ),
      ),
    ],
    [
      1,
      ethernet(
        ipv6(
          authentication(extension(tcp(TEXT, PHONE6, SWITCH6, { sequence: 1 }), 6, 1), 60),
          '2001:db8::1',
          '2001:db8::2',
          51,
        ),
      ),
    ],
    [1, ethernet(tcpPacket(TEXT, PHONE, SWITCH, { sequence: 1, options: new Uint8Array(8) }))],
    [
      1,
      ethernet(
        ipv4(udp(TEXT, PHONE, SWITCH), PHONE.address, SWITCH.address, 17, { options: new Uint8Array(8) }),
      ),
    ],
    [1, ethernet(concat([0xaa, 0xaa, 3, 0, 0, 0, 8, 0], V4), 100)],
    [LINK_TYPES.linuxSll, linuxSll(V4)],
    [LINK_TYPES.linuxSll2, linuxSll2(vlan(V4, 2), TYPE.vlan)],
    [LINK_TYPES.raw, V6],
    [LINK_TYPES.null, loopback(V4, 2, true)],
    [LINK_TYPES.ppp, ppp(V4, true)],
    [LINK_TYPES.pppHdlc, concat([0x0f, 0, 8, 0], V4)],
  ]

  /** A stand-in for the frame that fails on any reading outside of it. */
  const guarded = (bytes: Uint8Array, start: number, end: number): Uint8Array =>
    new Proxy(bytes, {
      get(target, key) {
        if (typeof key === 'string' && /^-?\d+$/.test(key)) {
          const at = Number(key)
          if (at < start || at >= end) throw new Error(`read at ${at} outside of ${start}..${end}`)
          return target[at]
        }
        return Reflect.get(target, key, target) as unknown
      },
    })

  const consistent = (status: number, layers: PacketLayers, start: number, end: number): void => {
    expect(STATUS_NAMES[status]).toBeDefined()
    if (status !== DECODE_STATUS.transport && status !== DECODE_STATUS.fragment) return
    expect(layers.payloadStart).toBeGreaterThanOrEqual(start)
    expect(layers.payloadStart).toBeLessThanOrEqual(layers.payloadEnd)
    expect(layers.payloadEnd).toBeLessThanOrEqual(end)
    expect(layers.payloadLength).toBeGreaterThanOrEqual(layers.payloadEnd - layers.payloadStart)
  }

  test('every cut of every shape, with the wire length kept and lost', () => {
    const layers = new PacketLayers()
    for (const [linkType, seed] of seeds) {
      const bytes = concat([1, 2, 3], seed, [4, 5])
      for (let end = 3; end <= 3 + seed.length; end++) {
        for (const wireLength of [seed.length, end - 3]) {
          const status = decodeFrame(linkType, guarded(bytes, 3, end), 3, end, wireLength, layers)
          consistent(status, layers, 3, end)
          if (wireLength === seed.length) expect(STATUS_NAMES[status]).not.toBe('malformed')
        }
      }
    }
  })

  test('random cuts and mutations never throw, never read out of range, never give an impossible range', () => {
    const layers = new PacketLayers()
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.option(fc.constantFrom(...linkTypes), { freq: 10 }),
        fc.array(fc.tuple(fc.nat(120), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.nat(160),
        fc.nat(200),
        ([ownType, seed], otherType, changes, cut, more) => {
          const bytes = concat([1, 2, 3], seed, [4, 5])
          for (const [at, value] of changes) if (at < seed.length) bytes[3 + at] = value
          const end = 3 + Math.min(seed.length, cut)
          const linkType = changes.length % 2 === 0 ? ownType : (otherType ?? ownType)
          const status = decodeFrame(linkType, guarded(bytes, 3, end), 3, end, end - 3 + more, layers)
          consistent(status, layers, 3, end)
        },
      ),
      { seed: 20_240_601, numRuns: 4000 },
    )
  })

  test('random bytes neither', () => {
    const layers = new PacketLayers()
    fc.assert(
      fc.property(fc.constantFrom(...linkTypes), fc.uint8Array({ maxLength: 120 }), (linkType, bytes) => {
        consistent(
          decodeFrame(linkType, guarded(bytes, 0, bytes.length), 0, bytes.length, bytes.length, layers),
          layers,
          0,
          bytes.length,
        )
      }),
      { seed: 20_240_602, numRuns: 2000 },
    )
  })
})
