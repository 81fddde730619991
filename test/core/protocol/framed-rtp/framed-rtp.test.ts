import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { classifyDatagram, DATAGRAM_CLASS } from '../../../../src/core/flow/index.ts'
import { FramedRtpStream, probeFramedRtp } from '../../../../src/core/protocol/framed-rtp/index.ts'
import { ascii, concat, u16, u32 } from '../../../tools/packet-builder.ts'
import { fillRandom, seededRandom } from '../../../tools/mutations.ts'
import { describeIfShared } from '../../../tools/shared.ts'
import { loadPayloads, toStreams } from '../../../tools/transport-payloads.ts'
import { attribute, rtp, stun } from '../stun/stun-bytes.ts'

const SEED = 20261123
const frame = (content: Uint8Array): Uint8Array => concat(u16(content.length), content)
const probe = (...parts: Uint8Array[]): string => {
  const bytes = concat([5], ...parts)
  return probeFramedRtp(bytes, 1, bytes.length)
}

const STUN = stun(0x0001, [attribute(0x0025, [])])
const DTLS = concat([22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0], u16(40), new Uint8Array(40))
const RTCP = concat([0x80, 201], u16(1), u32(0x11223344))
const KEEP_ALIVE = new Uint8Array(0)

const feed = (stream: FramedRtpStream, pieces: readonly Uint8Array[]): Uint8Array[] => {
  const contents: Uint8Array[] = []
  for (const piece of pieces) {
    const lent = piece.slice()
    stream.onBytes(lent, 0, lent.length, (bytes, start, end) => {
      contents.push(bytes.slice(start, end))
    })
    lent.fill(0xee)
  }
  return contents
}

describe('probeFramedRtp', () => {
  test.each([
    ['two RTP packets', [frame(rtp(1)), frame(rtp(2))], 'certain'],
    ['RTP and the header of the next', [frame(rtp(1)), frame(rtp(2)).subarray(0, 14)], 'certain'],
    ['one RTP packet', [frame(rtp(1))], 'unsure'],
    ['RTP, then RTCP', [frame(rtp(1)), frame(concat(RTCP, new Uint8Array(8)))], 'certain'],
    ['STUN that fills its frame', [frame(STUN)], 'certain'],
    ['RTP, then STUN', [frame(rtp(1)), frame(STUN)], 'certain'],
    ['DTLS that fills its frame', [frame(DTLS)], 'certain'],
    ['two DTLS records', [frame(concat(DTLS, DTLS))], 'certain'],
    ['STUN in a frame of another length', [concat(u16(STUN.length + 4), STUN, [0, 0, 0, 0])], 'not-for-us'],
    ['DTLS in a frame of another length', [concat(u16(DTLS.length + 1), DTLS, [0])], 'not-for-us'],
    [
      'RTP, then RTCP of another sender',
      [frame(rtp(1, 160, 9)), frame(concat(RTCP, new Uint8Array(8)))],
      'not-for-us',
    ],
    ['two SSRCs', [frame(rtp(1, 20, 1)), frame(rtp(2, 20, 2))], 'not-for-us'],
    ['a sequence that jumps', [frame(rtp(1)), frame(rtp(9))], 'not-for-us'],
    ['RTP, then noise', [frame(rtp(1)), new Uint8Array(40).fill(0xff)], 'not-for-us'],
    ['STUN without a frame', [STUN], 'not-for-us'],
    ['TLS', [concat([22, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3], new Uint8Array(100))], 'not-for-us'],
    ['HTTP', [ascii('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n')], 'not-for-us'],
    ['SIP', [ascii('OPTIONS sip:a@example.com SIP/2.0\r\n\r\n')], 'not-for-us'],
    [
      'a DNS query over TCP',
      [frame(concat([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3], ascii('www'), new Uint8Array(12)))],
      'not-for-us',
    ],
    [
      'payload type 72, which is RTCP',
      [frame(concat([0x80, 72], new Uint8Array(30))), frame(rtp(1))],
      'not-for-us',
    ],
    ['nothing', [], 'not-for-us'],
  ])('%s', (_name, parts, expected) => {
    expect(probe(...parts)).toBe(expected)
  })

  test('random pieces, printed', () => {
    const random = seededRandom(SEED)
    const bytes = new Uint8Array(200)
    let count = 0
    const runs = 200_000
    for (let run = 0; run < runs; run++) {
      fillRandom(bytes, random)
      // A plausible length, as other protocols with two octets of length have it.
      bytes[0] = 0
      if (probeFramedRtp(bytes, 0, 200) === 'certain') count++
    }
    process.stdout.write(`framed rtp: ${count} of ${runs} random pieces pass\n`)
    expect(count).toBe(0)
  })
})

describe('FramedRtpStream', () => {
  const contents = [STUN, rtp(1), KEEP_ALIVE, DTLS, rtp(2, 0), RTCP, rtp(3, 1000)]
  const whole = concat(...contents.map(frame))
  const expected = contents.filter(({ length }) => length > 0)

  test('all at once, byte by byte, and cut at every byte', () => {
    expect(feed(new FramedRtpStream(), [whole])).toEqual(expected)
    expect(
      feed(
        new FramedRtpStream(),
        [...whole].map((byte) => Uint8Array.of(byte)),
      ),
    ).toEqual(expected)
    const hex = expected.map((content) => Buffer.from(content).toString('hex'))
    for (let cut = 1; cut < whole.length; cut++) {
      const got = feed(new FramedRtpStream(), [whole.subarray(0, cut), whole.subarray(cut)])
      expect(got.map((content) => Buffer.from(content).toString('hex'))).toEqual(hex)
    }
  })

  test('a frame of 65,535 octets is held, not more', () => {
    const stream = new FramedRtpStream()
    const large = concat([0x80], new Uint8Array(65_534))
    expect(feed(stream, [frame(large).subarray(0, 60_000)])).toEqual([])
    expect(stream.heldBytes).toBe(60_000)
    expect(feed(stream, [concat(large.subarray(59_998), frame(STUN))])).toEqual([large, STUN])
    expect(stream.heldBytes).toBe(0)
  })

  test('finds the framing again behind a gap, and behind noise', () => {
    const names: string[] = []
    const stream = new FramedRtpStream((name) => names.push(name))
    feed(stream, [whole.subarray(0, 50)])
    stream.onGap()
    expect(feed(stream, [whole.subarray(60, 100), whole])).toEqual(expected)
    expect(feed(stream, [concat(u16(40), new Uint8Array(40).fill(0xff)), whole])).toEqual(expected)
    expect(names).toEqual(['framed_rtp_lost'])
  })

  test('a sibling is apart', () => {
    const stream = new FramedRtpStream()
    feed(stream, [frame(STUN).subarray(0, 9)])
    expect(feed(stream.sibling(), [frame(rtp(1))])).toEqual([rtp(1)])
  })

  test('random bytes: never throws, bounded', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 40 }), (pieces) => {
        const stream = new FramedRtpStream()
        feed(stream, pieces)
        expect(stream.heldBytes).toBeLessThanOrEqual(65_537)
      }),
      { seed: SEED, numRuns: 1_000 },
    )
  })
})

describeIfShared('framed RTP in captures', (shared) => {
  const streamsOf = async (file: string) =>
    toStreams(await loadPayloads(join(shared, 'captures/public', file)))

  test('ICE over TCP: STUN, then media in frames', async () => {
    const found: number[] = []
    for (const { pieces } of await streamsOf('veon-WebRTC_PCMA_p2p_SDES_Call_1.pcap')) {
      const first = pieces[0]
      if (first === undefined || probeFramedRtp(first, 0, first.length) !== 'certain') continue
      const stream = new FramedRtpStream()
      for (const [index, piece] of pieces.entries()) {
        if (index > 0) stream.onGap()
        for (const content of feed(stream, [piece])) found.push(classifyDatagram(content, 0, content.length))
      }
    }
    expect(found.filter((kind) => kind === DATAGRAM_CLASS.stun).length).toBeGreaterThanOrEqual(4)
    expect(found.filter((kind) => kind === DATAGRAM_CLASS.rtp).length).toBeGreaterThan(0)
    expect(found.filter((kind) => kind === DATAGRAM_CLASS.other || kind === DATAGRAM_CLASS.text)).toEqual([])
  })

  test.each([
    'ndpi-skinny.pcap',
    'ndpi-rtsp.pcap',
    'zeek-tls13_wolfssl.pcap',
    'sipnab-sip-over-tcp.pcap',
    'mercury-bittorrent.pcap',
    'ndpi-openvpn.pcap',
    'veon-wifi-tcp_to_3g.pcap',
    'ndpi-teams.pcap',
  ])('no piece of %s is certain', async (file) => {
    for (const { transport, bytes } of await loadPayloads(join(shared, 'captures/public', file))) {
      if (transport === 'tcp') expect(probeFramedRtp(bytes, 0, bytes.length)).not.toBe('certain')
    }
  })
})
