import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { classifyDatagram, DATAGRAM_CLASS } from '../../../src/core/flow/index.ts'
import { classifyReadably } from '../../reference/classify.ts'
import { ascii, concat, u16 } from '../../tools/packet-builder.ts'
import { describeIfShared } from '../../tools/shared.ts'
import { loadPayloads } from '../../tools/transport-payloads.ts'

const SEED = 20261123
const NAMES = Object.keys(DATAGRAM_CLASS)
const nameOf = (bytes: Uint8Array): string => NAMES[classifyDatagram(bytes, 0, bytes.length)] ?? 'none'
const filled = (length: number, ...first: number[]): Uint8Array => {
  const bytes = new Uint8Array(length)
  bytes.set(first)
  return bytes
}

describe('classifyDatagram', () => {
  test.each([
    ['the least RTP', filled(12, 0x80, 0), 'rtp'],
    ['RTP cut in its header', filled(11, 0x80, 0), 'other'],
    ['marker and payload type 63', filled(12, 0x80, 191), 'rtp'],
    ['second octet 192', filled(12, 0x80, 192), 'rtcp'],
    ['second octet 223', filled(8, 0x80, 223), 'rtcp'],
    ['second octet 224', filled(12, 0x80, 224), 'rtp'],
    ['RTCP cut in its header', filled(7, 0x80, 200), 'other'],
    ['last octet of version 2', filled(12, 0xbf, 0), 'rtp'],
    ['STUN', filled(20, 0, 1), 'stun'],
    ['last STUN octet', filled(20, 3), 'stun'],
    ['nothing between 4 and 15', filled(20, 4), 'other'],
    ['ZRTP', filled(20, 16), 'zrtp'],
    ['last ZRTP octet', filled(20, 19), 'zrtp'],
    ['DTLS change cipher spec', filled(20, 20), 'dtls'],
    ['last DTLS octet', filled(20, 63), 'dtls'],
    ['a channel that fits', filled(8, 0x40, 0, 0, 4), 'turnChannel'],
    ['a channel that is padded', filled(8, 0x4f, 0, 0, 1), 'turnChannel'],
    ['a channel of another length', filled(9, 0x40, 0, 0, 1), 'other'],
    ['INVITE', ascii('INVITE sip:a@example.com SIP/2.0\r\n'), 'text'],
    ['REGISTER', ascii('REGISTER sip:example.com SIP/2.0\r\n'), 'text'],
    ['a status line', ascii('SIP/2.0 200 OK\r\n'), 'text'],
    ['a lower-case method', ascii('foo sip:a@example.com SIP/2.0\r\n'), 'text'],
    ['a keep-alive', ascii('\r\n\r\n'), 'text'],
    ['a short keep-alive', ascii('\r\n'), 'text'],
    ['a NAT keep-alive of one zero', filled(1), 'other'],
    ['nothing', filled(0), 'other'],
    ['a QUIC long header', filled(1200, 0xc3), 'other'],
    [
      'an INVITE whose letters are its length',
      concat(ascii('IN'), u16(0x5649), filled(0x5649)),
      'turnChannel',
    ],
  ])('%s', (_name, bytes, expected) => {
    expect(nameOf(bytes)).toBe(expected)
  })

  test('numbers are dense from 0', () => {
    expect(Object.values(DATAGRAM_CLASS).sort((a, b) => a - b)).toEqual(NAMES.map((_, index) => index))
  })

  test('every first and second octet and length agrees with the readable twin', () => {
    for (let first = 0; first < 256; first++) {
      for (let second = 0; second < 256; second++) {
        for (const length of [1, 3, 4, 7, 8, 11, 12, 40]) {
          const bytes = filled(length).fill(first, 0, 1).fill(second, 1, 2)
          if (nameOf(bytes) !== classifyReadably(bytes)) throw new Error(`${first} ${second} ${length}`)
        }
      }
    }
  })

  test('random bytes at any offset agree with the readable twin', () => {
    const header = fc
      .tuple(fc.nat(255), fc.nat(255), fc.constant(0), fc.nat(60))
      .map((octets) => Uint8Array.from(octets))
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.tuple(header, fc.uint8Array({ maxLength: 64 })).map(([head, rest]) => concat(head, rest)),
    )
    fc.assert(
      fc.property(payload, fc.uint8Array({ maxLength: 9 }), (bytes, before) => {
        const framed = concat(before, bytes, [1, 2, 3])
        const actual = classifyDatagram(framed, before.length, before.length + bytes.length)
        expect(NAMES[actual]).toBe(classifyReadably(bytes))
      }),
      { seed: SEED, numRuns: 20_000 },
    )
  })

  test('its speed, printed', () => {
    const bytes = filled(172, 0x80, 0)
    let sum = 0
    const runs = 5_000_000
    for (let i = 0; i < runs / 5; i++) sum += classifyDatagram(bytes, 0, 172)
    const before = performance.now()
    for (let i = 0; i < runs; i++) {
      bytes[1] = i & 255
      sum += classifyDatagram(bytes, 0, 172)
    }
    const nanoseconds = ((performance.now() - before) * 1e6) / runs
    process.stdout.write(`classifyDatagram: ${nanoseconds.toFixed(1)} ns a datagram\n`)
    expect(sum).toBeGreaterThan(0)
  })
})

describeIfShared('classifyDatagram on captures', (shared) => {
  test.each([
    ['public/ndpi-quic-29.pcap', 'rtp', 0],
    ['public/ndpi-dns.pcap', 'rtp', 2],
    ['public/arkime-stun-ice-testcall.pcap', 'stun', 108],
    ['lab/s01_udp_rtp_pcmu.pcap', 'zrtp', 0],
    ['lab/s10_zrtp_udp_pcmu.pcap', 'zrtp', 13],
  ])('%s: %s is %i', async (file, name, count) => {
    const payloads = (await loadPayloads(join(shared, 'captures', file))).filter(
      ({ transport }) => transport === 'udp',
    )
    expect(payloads.filter(({ bytes }) => nameOf(bytes) === name).length).toBe(count)
    for (const { bytes } of payloads) expect(nameOf(bytes)).toBe(classifyReadably(bytes))
  })
})
