import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseRtcp, SrtcpTracker } from '../../../../src/core/protocol/rtp/rtcp.ts'
import { cipherNoise } from '../../../tools/cipher-noise.ts'
import { labDatagrams } from '../../../tools/lab-streams.ts'
import { concat, u32 } from '../../../tools/packet-builder.ts'
import { describeIfShared } from '../../../tools/shared.ts'
import { SrtpProtector } from '../../../tools/srtp.ts'

const SEED = 20261123
const SSRC = [0x12, 0x34, 0x56, 0x78]

/** One RTCP packet: its length field follows from `body`, whose bytes come in fours. */
const rtcp = (type: number, body: readonly number[], first = 0x80): Uint8Array =>
  Uint8Array.from([first, type, (body.length / 4) >> 8, (body.length / 4) & 0xff, ...body])

const senderReport = (): Uint8Array => rtcp(200, [...SSRC, ...new Array<number>(20).fill(0x11)])
const sourceDescription = (): Uint8Array => rtcp(202, [...SSRC, 1, 2, 0x61, 0x62, 0, 0, 0, 0], 0x81)

const parse = (bytes: Uint8Array): string => parseRtcp(bytes, 0, bytes.length)

describe('parseRtcp', () => {
  test.each([
    ['a sender report', senderReport()],
    ['a report and a description', concat(senderReport(), sourceDescription())],
    ['an empty receiver report', rtcp(201, SSRC)],
    ['reduced-size feedback (RFC 5506)', rtcp(205, [...SSRC, ...SSRC, 0, 0, 0, 1], 0x8f)],
    ['an application packet: the PING of baresip', rtcp(204, [...SSRC, 0x50, 0x49, 0x4e, 0x47, 0, 0, 0, 0])],
    ['a goodbye without a sender', rtcp(203, [])],
    ['an extended report whose block runs past its end', rtcp(207, [...SSRC, 4, 0, 0xff, 0xff])],
    ['an extended report whose block has length 0', rtcp(207, [...SSRC, 4, 0, 0, 0, 4, 0, 0, 0])],
    ['a thousand packets of length 0', concat(...Array.from({ length: 1000 }, () => rtcp(203, [])))],
  ])('%s is plain', (_, bytes) => {
    expect(parse(bytes)).toBe('compound')
  })

  test.each([
    ['nothing', new Uint8Array(0)],
    ['three bytes', senderReport().slice(0, 3)],
    ['a report that is cut', senderReport().slice(0, 27)],
    ['a byte too many', concat(senderReport(), [0])],
    ['another version', rtcp(200, SSRC, 0x40)],
    ['a type below the range', rtcp(191, SSRC)],
    ['a type above the range', rtcp(224, SSRC)],
    ['the longest length', concat(rtcp(200, SSRC).slice(0, 2), [0xff, 0xff], SSRC)],
    ['a report with an index and a tag', concat(senderReport(), u32(0x80000001), new Uint8Array(10))],
  ])('%s is not', (_, bytes) => {
    expect(parse(bytes)).toBe('not')
  })

  test('noise behind a readable header is hardly ever taken for RTCP', () => {
    const noise = cipherNoise(SEED)
    let plain = 0
    for (let i = 0; i < 50_000; i++) {
      const bytes = concat(senderReport().subarray(0, 8), noise(20 + 4 * (i % 12)))
      if (parse(bytes) === 'compound' && bytes.length !== 28) plain++
    }
    expect(plain).toBeLessThanOrEqual(1)
  })

  test('reads its range only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(9), (bytes, before) => {
        const frame = concat(new Uint8Array(before).fill(0x80), bytes, rtcp(203, []))
        expect(parseRtcp(frame, before, before + bytes.length)).toBe(parse(bytes))
      }),
      { seed: SEED, numRuns: 300 },
    )
  })
})

describe('SrtcpTracker', () => {
  const track = (packets: readonly Uint8Array[]): SrtcpTracker => {
    const tracker = new SrtcpTracker()
    for (const bytes of packets) tracker.onPacket(bytes, 0, bytes.length)
    return tracker
  }
  const noise = cipherNoise(SEED)
  const secured = (word: number, behind: number, before = 0): Uint8Array =>
    concat(senderReport().subarray(0, 8), noise(20 + before), u32(word >>> 0), noise(behind))
  const withMki = (word: number, mki: readonly number[], tag: number, before = 0): Uint8Array =>
    concat(senderReport().subarray(0, 8), noise(20 + before), u32(word >>> 0), mki, noise(tag))

  test.each([
    ['10 bytes', [secured(0x80000001, 10), secured(0x80000002, 10)], 10],
    ['4 bytes, as Linphone sends', [secured(0x80000000, 4), secured(0x80000001, 4)], 4],
    ['GCM', [secured(0x80000005, 0, 16), secured(0x80000006, 0, 16)], 16],
    ['10 bytes behind an MKI of 1', [7, 8].map((n) => withMki(0x80000000 + n, [1], 10)), 10],
    ['10 bytes behind an MKI of 4', [7, 8].map((n) => withMki(0x80000000 + n, [0, 0, 0, 1], 10)), 10],
    ['GCM before an MKI of 1', [7, 8].map((n) => withMki(0x80000000 + n, [1], 0, 16)), 16],
    ['reports lost between', [secured(0x80000001, 10), secured(0x80000010, 10)], 10],
    ['a copy between', [1, 1, 1, 2].map((n) => secured(0x80000000 + n, 10)), 10],
  ])('two indexes that rise are encrypted: %s', (_, packets, tagBytes) => {
    const tracker = track(packets)
    expect([tracker.state, tracker.tagBytes]).toEqual(['encrypted', tagBytes])
  })

  test('real protection, with and without an MKI', () => {
    const key = Uint8Array.from({ length: 30 }, (_, i) => i)
    for (const mki of [new Uint8Array(0), Uint8Array.from([1])]) {
      const protector = new SrtpProtector(key, 'AES_CM_128_HMAC_SHA1_80', mki)
      const report = concat(senderReport(), sourceDescription())
      expect(track([protector.protectControl(report), protector.protectControl(report)]).state).toBe(
        'encrypted',
      )
    }
  })

  test.each([
    ['one packet', [secured(0x80000001, 10)]],
    ['the same index twice', [secured(0x80000001, 10), secured(0x80000001, 10)]],
    ['an index that falls', [secured(0x80000002, 10), secured(0x80000001, 10)]],
    ['an index that leaps', [secured(0x80000002, 10), secured(0x80000100, 10)]],
    ['an index of four days', [secured(0x80010000, 10), secured(0x80010001, 10)]],
    ['another place', [secured(0x80000001, 10), secured(0x80000002, 6)]],
    ['no E and nothing that parses', [secured(1, 10, 4), secured(2, 10, 4)]],
    ['packets too short', [Uint8Array.from([0x80, 200, 0, 1]), new Uint8Array(0)]],
  ])('%s proves nothing', (_, packets) => {
    expect(track(packets).state).toBe('undecided')
  })

  test.each([
    ['behind HMAC tags', (n: number) => concat(senderReport(), u32(n), noise(10)), 10],
    ['behind a GCM tag', (n: number) => concat(senderReport(), noise(16), u32(n)), 16],
  ])('E=0 behind RTCP that parses is authentication only, %s', (_, packet, tagBytes) => {
    const tracker = track([packet(1), packet(2)])
    expect([tracker.state, tracker.tagBytes]).toEqual(['auth-only', tagBytes])
  })

  test('encryption that begins later wins, and stays', () => {
    const clear = [1, 2].map((n) => concat(senderReport(), u32(n), noise(10)))
    const tracker = track([...clear, secured(0x80000003, 10), secured(0x80000004, 10)])
    expect(tracker.state).toBe('encrypted')
    for (const bytes of clear) tracker.onPacket(bytes, 0, bytes.length)
    expect(tracker.state).toBe('encrypted')
  })

  test('noise proves nothing in 50,000 packets', () => {
    const tracker = new SrtcpTracker()
    for (let i = 0; i < 50_000; i++) {
      const bytes = concat(senderReport().subarray(0, 8), noise(30 + (i % 30)))
      tracker.onPacket(bytes, 0, bytes.length)
    }
    expect(tracker.state).toBe('undecided')
  })
})

describeIfShared('RTCP of phones', (shared) => {
  const load = async (file: string) => {
    const all = (await labDatagrams(shared, file)).filter(
      ({ bytes }) => bytes.length >= 8 && bytes[0]! >> 6 === 2 && bytes[1]! >= 192 && bytes[1]! <= 223,
    )
    const bySender = new Map<string, Uint8Array[]>()
    for (const { source, bytes } of all) {
      const sender = `${source} ${bytes.subarray(4, 8).join('.')}`
      bySender.set(sender, [...(bySender.get(sender) ?? []), bytes])
    }
    return [...bySender.values()]
  }
  const statesOf = async (file: string) =>
    (await load(file)).map((packets) => {
      const tracker = new SrtcpTracker()
      let clear = 0
      for (const bytes of packets) {
        if (parse(bytes) === 'compound') clear++
        else tracker.onPacket(bytes, 0, bytes.length)
      }
      return { packets: packets.length, clear, state: tracker.state, tagBytes: tracker.tagBytes }
    })

  test('is plain beside plain media', async () => {
    for (const file of ['s01_udp_rtp_pcmu.pcap', 's15_ipv6_rtp.pcap', 's12_speex_rtp.pcap']) {
      const states = await statesOf(file)
      expect(states.length).toBeGreaterThan(0)
      expect(states.every(({ clear, packets }) => clear === packets)).toBe(true)
    }
  })

  test.each([
    ['s05_tls_srtp32.pcap', 4],
    ['s07_udp_dtls_srtp.pcap', 10],
    ['s04_tls13_srtp80.pcap', 10],
  ])('%s has encrypted reports with tags of %i bytes', async (file, tagBytes) => {
    const proven = (await statesOf(file)).filter(({ state }) => state === 'encrypted')
    expect(proven.length).toBeGreaterThanOrEqual(2)
    expect(new Set(proven.map((sender) => sender.tagBytes))).toEqual(new Set([tagBytes]))
  })
})
