import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  looksLikeUdptl,
  probeUnjudgedDatagram,
  probeUnjudgedStream,
  UNJUDGED,
  UNJUDGED_UDP_PORTS,
} from '../../../../src/core/protocol/unjudged/index.ts'
import { fillRandom, seededRandom } from '../../../tools/mutations.ts'
import { ascii, concat, u16, u32 } from '../../../tools/packet-builder.ts'
import { describeIfShared } from '../../../tools/shared.ts'
import { loadPayloads } from '../../../tools/transport-payloads.ts'
import { rtp } from '../stun/stun-bytes.ts'

const SEED = 20261123
const FREE = 40_000

const udp = (bytes: Uint8Array, port: number, peer = FREE): string | null =>
  probeUnjudgedDatagram(concat([7], bytes), 1, 1 + bytes.length, port, peer)
const tcp = (bytes: Uint8Array, port: number, peer = FREE): string | null =>
  probeUnjudgedStream(concat([7], bytes), 1, 1 + bytes.length, peer, port)

const u32LittleEndian = (value: number): number[] => u32(value).reverse()
const iaxFull = (type: number, subclass: number, rest: readonly number[] = []): Uint8Array =>
  concat(u16(0x8004), u16(0), u32(0x10), [0, 1, type, subclass], rest)
const sccp = (id: number, length = 8, version = 0x14): Uint8Array =>
  concat(u32LittleEndian(length), u32LittleEndian(version), u32LittleEndian(id), new Uint8Array(length - 4))
const ras = (first: number): Uint8Array =>
  concat([first, 0, 2, 0x4e, 6, 0, 8, 0x91, 0x4a, 0, 4], new Uint8Array(20))
const q931 = (type: number): Uint8Array => concat([3, 0], u16(60), [8, 2, 0, 1, type], new Uint8Array(51))

describe('datagrams', () => {
  test.each<[string, Uint8Array, number, string | null]>([
    ['IAX2 NEW', iaxFull(6, 1, [0x0b, 2, 0, 2]), 4569, 'IAX2'],
    ['IAX2 acknowledgement', iaxFull(6, 4), 4569, 'IAX2'],
    ['IAX2 voice', iaxFull(2, 2, new Array<number>(160).fill(0xd5)), 4569, 'IAX2'],
    ['IAX2 mini frame', concat(u16(4), u16(0x38), new Uint8Array(160)), 4569, 'IAX2'],
    [
      'IAX2 trunk',
      concat([0, 0, 1, 0], u32(9), u16(4), u16(20), new Uint8Array(20), u16(5), u16(20), new Uint8Array(20)),
      4569,
      'IAX2',
    ],
    ['IAX2 on another port', iaxFull(6, 4), 4570, null],
    ['an information element past the end', iaxFull(6, 1, [0x0b, 9, 0, 2]), 4569, null],
    ['an element of an extension', iaxFull(6, 1, [0xff, 4, 0, 0, 0, 2]), 4569, 'IAX2'],
    ['IAX2 digit', iaxFull(1, 0x35), 4569, 'IAX2'],
    ['an unknown frame type', iaxFull(13, 1), 4569, null],
    ['voice of two formats', iaxFull(2, 3), 4569, null],
    ['a mini frame of an odd length', concat(u16(4), u16(0x38), new Uint8Array(61)), 4569, null],
    [
      'a trunk entry past the end',
      concat([0, 0, 1, 0], u32(9), u16(4), u16(21), new Uint8Array(20)),
      4569,
      null,
    ],
    ['H.225 GatekeeperRequest', ras(0), 1719, 'H.323'],
    ['H.225 RegistrationRequest', ras(0x0e), 1719, 'H.323'],
    ['H.225 without its OID', new Uint8Array(30), 1719, null],
    ['MGCP command', ascii('CRCX 1200 aaln/1@gw.example.com MGCP 1.0\r\nC: 1\r\n'), 2427, 'MGCP'],
    ['MGCP answer', ascii('200 1200 OK\r\nI: 2\r\n'), 2727, 'MGCP'],
    ['MGCP short answer', ascii('200 1200\r\n'), 2427, 'MGCP'],
    ['MGCP without version', ascii('CRCX 1200 aaln/1@gw.example.com\r\n'), 2427, null],
    ['MGCP without transaction', ascii('CRCX aaln MGCP 1.0\r\n'), 2427, null],
    ['a number with ten digits', ascii('200 1234567890 OK\r\n'), 2427, null],
    ['HTTP on the port of MGCP', ascii('200 OK\r\n'), 2427, null],
    ['SIP on the port of MGCP', ascii('INVITE sip:a@example.com SIP/2.0\r\n'), 2427, null],
    ['RTP on the port of IAX2', rtp(0), 4569, null],
  ])('%s', (_name, bytes, port, expected) => {
    expect(udp(bytes, port)).toBe(expected)
    expect(udp(bytes, FREE, port)).toBe(expected)
  })

  test('a DNS answer to a client that happens to have such a port', () => {
    for (const port of UNJUDGED_UDP_PORTS) expect(udp(iaxFull(6, 4), port, 53)).toBeNull()
    expect(udp(ras(0), 1719, 1718)).toBe('H.323')
  })
})

describe('streams', () => {
  test.each<[string, Uint8Array, number, string | null]>([
    ['SCCP registration', sccp(0x01, 0x50), 2000, 'SCCP'],
    ['SCCP keep-alive of an old phone', sccp(0, 4, 0), 2000, 'SCCP'],
    ['SCCP of CallManager', sccp(0x145, 24), 2000, 'SCCP'],
    ['SCCP on another port', sccp(0x01), 2001, null],
    ['SCCP with an unknown message', sccp(0x2000), 2000, null],
    [
      'SCCP with a huge length',
      concat(u32LittleEndian(70_000), u32LittleEndian(0), u32LittleEndian(1)),
      2000,
      null,
    ],
    [
      'SCCP with an odd length',
      concat(u32LittleEndian(5), u32LittleEndian(0), u32LittleEndian(1)),
      2000,
      null,
    ],
    ['Q.931 SETUP', q931(5), 1720, 'H.323'],
    ['Q.931 with an unknown message', q931(6), 1720, null],
    ['RDP in TPKT', Uint8Array.of(3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0), 1720, null],
    ['MSRP SEND', ascii('MSRP a786hjs2 SEND\r\nTo-Path: msrp://example.com\r\n'), 8000, 'MSRP'],
    ['MSRP answer', ascii('MSRP a786hjs2 200 OK\r\n'), 8000, 'MSRP'],
    ['MSRP with a short transaction', ascii('MSRP abc SEND\r\n'), 8000, null],
    ['MSRP with another method', ascii('MSRP a786hjs2 send\r\n'), 8000, null],
    ['RTSP request', ascii('OPTIONS rtsp://example.com/a RTSP/1.0\r\n'), 554, 'RTSP'],
    ['RTSP answer', ascii('RTSP/1.0 200 OK\r\n'), 554, 'RTSP'],
    ['SIP OPTIONS on the port of RTSP', ascii('OPTIONS sip:a@example.com SIP/2.0\r\n'), 554, null],
    ['HTTP', ascii('GET / HTTP/1.1\r\n'), 2000, null],
    ['TLS', Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 0, 0), 2000, null],
  ])('%s', (_name, bytes, port, expected) => {
    expect(tcp(bytes, port)).toBe(expected)
  })

  test('RTSP is no telephony, the others are', () => {
    expect(UNJUDGED.filter(({ isTelephony }) => !isTelephony).map(({ name }) => name)).toEqual(['RTSP'])
  })
})

describe('UDPTL', () => {
  const udptl = (primary: readonly number[], recovery: readonly number[]): Uint8Array =>
    concat(u16(7), [primary.length], primary, recovery)
  const looks = (bytes: Uint8Array): boolean => looksLikeUdptl(concat([9], bytes, [9]), 1, 1 + bytes.length)

  test.each<[string, Uint8Array, boolean]>([
    ['no-signal, nothing repeated', udptl([0x00], [0, 0]), true],
    ['CNG, one repetition', udptl([0x02], [0, 1, 1, 0x00]), true],
    ['V.21 data, two repetitions', udptl([0xc0, 1, 0x80, 0, 0, 0xff], [0, 2, 1, 6, 1, 4]), true],
    ['data with parity', udptl([0xc4, 1, 0x80], [0x80, 1, 3, 2, 2, 5, 6, 1, 7]), true],
    ['an extended indicator (V.34)', udptl([0x20, 0x00], [0, 0]), true],
    ['an indicator with a data field', udptl([0x80], [0, 0]), false],
    ['an indicator of two octets', udptl([0x02, 0], [0, 0]), false],
    ['a data type that does not exist', udptl([0xd2, 1], [0, 0]), false],
    ['a primary packet past the end', concat(u16(7), [50], [0xc0, 1], [0, 0]), false],
    ['a repetition past the end', udptl([0x02], [0, 1, 9, 0x00]), false],
    ['an octet behind', udptl([0x02], [0, 0, 0]), false],
    ['too many repetitions', udptl([0x02], [0, 33, ...new Array<number>(33).fill(0)]), false],
    ['RTP', rtp(7), false],
  ])('%s: %s', (_name, bytes, expected) => {
    expect(looks(bytes)).toBe(expected)
  })

  test('a large primary packet with a length of two octets', () => {
    const primary = [0xc6, 1, ...new Array<number>(298).fill(1)]
    expect(looks(concat(u16(7), [0x81, 0x2c], primary, [0, 0]))).toBe(true)
    expect(looks(concat(u16(7), [0xc1, 0x2c], primary, [0, 0]))).toBe(false)
  })
})

describe('properties', () => {
  test('anything may be asked', () => {
    const ports = fc.constantFrom(554, 1719, 1720, 2000, 2427, 4569, FREE)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), ports, ports, (bytes, a, b) => {
        probeUnjudgedDatagram(bytes, 0, bytes.length, a, b)
        probeUnjudgedStream(bytes, 0, bytes.length, a, b)
        looksLikeUdptl(bytes, 0, bytes.length)
      }),
      { seed: SEED, numRuns: 5_000 },
    )
  })

  test('what random bytes on the right port are named, printed', () => {
    const random = seededRandom(SEED)
    const runs = 200_000
    const counts = new Map<string, number>()
    const bytes = new Uint8Array(220)
    for (let run = 0; run < runs; run++) {
      fillRandom(bytes, random, 0, 16)
      const length = 12 + Math.floor(random() * 208)
      for (const { name, transport, ports, probe } of UNJUDGED) {
        const key = `${name}/${transport}/${ports.join()}`
        if (probe(bytes, 0, length)) counts.set(key, (counts.get(key) ?? 0) + 1)
      }
      fillRandom(bytes, random, 16, length)
      if (looksLikeUdptl(bytes, 0, length)) counts.set('udptl', (counts.get('udptl') ?? 0) + 1)
    }
    process.stdout.write(`unjudged: of ${runs} random payloads ${JSON.stringify([...counts])}\n`)
    for (const [name, count] of counts)
      expect(count / runs).toBeLessThan(name.startsWith('IAX2') ? 0.04 : 1e-4)
  })
})

describeIfShared('unjudged telephony in captures', (shared) => {
  const folder = join(shared, 'captures/public')
  const EXPECTED = new Map([
    ['ndpi-iax.pcap', new Map([['IAX2', 50]])],
    ['ndpi-skinny.pcap', new Map([['SCCP', 40]])],
    // A collection of everything: 30 datagrams of MGCP, 24 segments of H.225 by tshark's count.
    [
      'sipnab-SIP_CALL_RTP_G711',
      new Map([
        ['H.323', 24],
        ['MGCP', 30],
      ]),
    ],
  ])
  const countNames = async (file: string): Promise<Map<string, number>> => {
    const counts = new Map<string, number>()
    for (const { transport, bytes, sourcePort, destinationPort } of await loadPayloads(join(folder, file))) {
      const probe = transport === 'udp' ? probeUnjudgedDatagram : probeUnjudgedStream
      const name = probe(bytes, 0, bytes.length, sourcePort, destinationPort)
      if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    return counts
  }

  test.each([...EXPECTED])('%s', async (file, counts) => {
    expect(await countNames(file)).toEqual(counts)
  })

  test('RTSP is found on its port', async () => {
    expect([...(await countNames('ndpi-rtsp.pcap')).keys()]).toEqual(['RTSP'])
  })

  test('no other capture has a name', async () => {
    const named: string[] = []
    for (const file of readdirSync(folder)) {
      if (EXPECTED.has(file) || file.endsWith('.json') || file === 'ndpi-rtsp.pcap') continue
      for (const [name, count] of await countNames(file)) named.push(`${file}: ${name} ${count}`)
    }
    expect(named).toEqual([])
  }, 60_000)

  test('no RTP of a capture looks like UDPTL', async () => {
    let datagrams = 0
    const alike: string[] = []
    for (const file of [
      'ndpi-FAX-Call-t38-CA-TDM-SIP-FB-1.pcap',
      'sipnab-SIP_CALL_RTP_G711',
      'ast-40msalaw.pcap',
    ]) {
      for (const { transport, bytes, frame } of await loadPayloads(join(folder, file))) {
        if (transport !== 'udp') continue
        datagrams++
        if (looksLikeUdptl(bytes, 0, bytes.length)) alike.push(`${file} ${frame}`)
      }
    }
    expect(datagrams).toBeGreaterThan(5_000)
    expect(alike).toEqual([])
  })
})
