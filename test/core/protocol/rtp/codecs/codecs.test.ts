import { describe, expect, test } from '@jest/globals'
import { AMR, AMR_WB } from '../../../../../src/core/protocol/rtp/codecs/amr.ts'
import { CODECS, codecOf, SHAPED_CODECS } from '../../../../../src/core/protocol/rtp/codecs/index.ts'
import { OPUS } from '../../../../../src/core/protocol/rtp/codecs/opus.ts'
import type { PayloadFormat } from '../../../../../src/core/protocol/sdp/index.ts'
import { cipherNoise } from '../../../../tools/cipher-noise.ts'
import { labDatagrams, labLabels, packetsOf, payloadsOf } from '../../../../tools/lab-streams.ts'
import { describeIfShared } from '../../../../tools/shared.ts'

const format = (encoding: string, clockRate = 8000, channels = 1): PayloadFormat => ({
  payloadType: 97,
  encoding,
  clockRate,
  channels,
  parameters: '',
})

describe('CODECS', () => {
  test('has each static payload type and each encoding once', () => {
    const types = CODECS.flatMap(({ payloadTypes }) => payloadTypes)
    const encodings = CODECS.flatMap((codec) => codec.encodings)
    expect(new Set(types).size).toBe(types.length)
    expect(new Set(encodings).size).toBe(encodings.length)
    expect(encodings.every((name) => name === name.toUpperCase())).toBe(true)
  })

  test('has the static types of RFC 3551 tables 4 and 5, and those only', () => {
    const types = CODECS.flatMap(({ payloadTypes }) => payloadTypes).sort((a, b) => a - b)
    expect(types).toEqual([
      0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 25, 26, 28, 31, 32, 33, 34,
    ])
  })
})

describe('codecOf', () => {
  test.each([
    [0, 'PCMU', 8000, 160, 160],
    [3, 'GSM', 8000, 160, 33],
    [3, 'GSM', 8000, 480, 99],
    [2, 'G726-32', 8000, 160, 80],
    [5, 'DVI4', 8000, 160, 84],
    [6, 'DVI4', 16000, 320, 164],
    [17, 'DVI4', 22050, 440, 224],
    [8, 'PCMA', 8000, 240, 240],
    [9, 'G722', 8000, 160, 160],
    [10, 'L16/2', 44100, 441, 1764],
    [11, 'L16', 44100, 441, 882],
    [15, 'G728', 8000, 160, 40],
    [18, 'G729', 8000, 160, 20],
    [3, 'GSM', 8000, 161, null],
    [18, 'G729', 8000, 40, null],
    [2, 'G726-32', 8000, 161, null],
    [4, 'G723', 8000, 240, null],
    [13, 'comfort-noise', 8000, 160, null],
    [34, 'H263', 90000, 3000, null],
    [96, 'unknown', 8000, 160, null],
    [127, 'unknown', 8000, 160, null],
  ])('static type %i is %s at %i Hz: %i steps need %p bytes', (type, name, clockRate, step, bytes) => {
    const codec = codecOf(type, null)
    expect([codec.name, codec.clockRate, codec.payloadBytes(step)]).toEqual([name, clockRate, bytes])
  })

  test.each([
    ['G726-16', 8000, 1, 160, 40],
    ['G726-24', 8000, 1, 160, 60],
    ['G726-40', 8000, 1, 160, 100],
    ['AAL2-G726-32', 8000, 1, 160, 80],
    ['L16', 16000, 2, 320, 1280],
    ['L24', 48000, 1, 480, 1440],
    ['L20', 48000, 1, 480, 1200],
    ['PCMU', 8000, 2, 160, 320],
    ['ILBC', 8000, 1, 160, 38],
    ['ILBC', 8000, 1, 240, 50],
    ['ILBC', 8000, 1, 320, 76],
    ['ILBC', 8000, 1, 480, null],
    ['BV16', 8000, 1, 160, 40],
    ['OPUS', 48000, 2, 960, null],
    ['AMR', 8000, 1, 160, null],
    ['SPEEX', 16000, 1, 320, null],
  ])('rtpmap %s/%i/%i: %i steps need %p bytes', (encoding, clockRate, channels, step, bytes) => {
    expect(codecOf(97, format(encoding, clockRate, channels)).payloadBytes(step)).toBe(bytes)
  })

  test('an rtpmap overrides a static type, even with a name that nobody knows', () => {
    expect(codecOf(0, format('OPUS', 48000, 2)).name).toBe('opus')
    expect(codecOf(0, format('X-SECRET')).name).toBe('unknown')
    expect(codecOf(0, format('X-SECRET')).payloadBytes(160)).toBeNull()
    expect(codecOf(97, format('SPEEX', 32000)).clockRate).toBe(32000)
    expect(codecOf(97, format('H264', 0)).clockRate).toBe(90000)
  })

  test.each([
    ['PCMU', 25],
    ['G722', 25],
    ['G726-32', 25],
    ['GSM', 50],
    ['AMR-WB', 50],
    ['OPUS', 50],
    ['G729', 100],
    ['EVS', 100],
    ['X-SECRET', 100],
  ])('%s looks random after %i packets at the earliest', (encoding, packets) => {
    expect(codecOf(97, format(encoding)).randomAfter).toBe(packets)
  })
})

describe('shapes', () => {
  const sized = (length: number, ...first: number[]): Uint8Array => {
    const bytes = new Uint8Array(length).fill(0x5a)
    bytes.set(first)
    return bytes
  }
  const efficient = (...types: number[]): number[] => {
    const entries = types.map(
      (type, i) => (i < types.length - 1 ? '1' : '0') + type.toString(2).padStart(4, '0') + '1',
    )
    const bits = `1111${entries.join('')}`.padEnd(8 * Math.ceil((4 + 6 * types.length) / 8), '0')
    return bits.match(/.{8}/g)!.map((octet) => parseInt(octet, 2))
  }

  test.each([
    ['12.2 kbit/s, octet-aligned', AMR, sized(33, 0xf0, 0x3c), true],
    ['two frames, octet-aligned', AMR, sized(65, 0xf0, 0xbc, 0x3c), true],
    ['silence, octet-aligned', AMR, sized(7, 0xf0, 0x44), true],
    ['no data', AMR, sized(2, 0xf0, 0x7c), true],
    ['12.2 kbit/s, bandwidth-efficient', AMR, sized(32, ...efficient(7)), true],
    [
      'three frames, bandwidth-efficient',
      AMR,
      sized(Math.ceil((4 + 18 + 2 * 244 + 39) / 8), ...efficient(7, 8, 7)),
      true,
    ],
    ['wideband 23.85 kbit/s, octet-aligned', AMR_WB, sized(62, 0xf0, 0x44), true],
    ['wideband 12.65 kbit/s, bandwidth-efficient', AMR_WB, sized(33, ...efficient(2)), true],
    ['a tag behind it', AMR, sized(43, 0xf0, 0x3c), false],
    ['a byte less', AMR, sized(32, 0xf0, 0x3c), false],
    ['reserved bits', AMR, sized(33, 0xf1, 0x3c), false],
    ['a type of the future', AMR, sized(33, 0xf0, 0x4c), false],
    ['frames without end', AMR, new Uint8Array(60).fill(0xbc), false],
    ['one byte', AMR, sized(1, 0xf0), null],
  ] as const)('AMR: %s', (_, codec, bytes, expected) => {
    expect(codec.hasShape!(bytes, 0, bytes.length, 160)).toBe(expected)
    const frame = new Uint8Array(bytes.length + 20).fill(0xff)
    frame.set(bytes, 10)
    expect(codec.hasShape!(frame, 10, 10 + bytes.length, 160)).toBe(expected)
  })

  test.each([
    ['SILK 20 ms', [0x08, 0], 960, true],
    ['SILK 60 ms', [0x18, 0], 2880, true],
    ['hybrid 20 ms', [0x78, 0], 960, true],
    ['CELT 2.5 ms', [0x80, 0], 120, true],
    ['CELT 20 ms, two frames', [0xf9, 0], 1920, true],
    ['CELT 20 ms, three frames of 0x43', [0xfb, 0x43], 2880, true],
    ['another duration', [0x08, 0], 480, false],
    ['no frames', [0xfb, 0x40], 960, false],
    ['no step', [0x08, 0], 0, null],
    ['one byte', [0x08], 960, null],
  ] as const)('Opus: %s', (_, bytes, step, expected) => {
    expect(OPUS.hasShape!(Uint8Array.from(bytes), 0, bytes.length, step)).toBe(expected)
  })

  test('noise has a shape now and then, never nearly always', () => {
    const noise = cipherNoise(3)
    for (const codec of SHAPED_CODECS) {
      for (const [length, step] of [
        [32, 160],
        [33, 160],
        [62, 320],
        [80, 960],
      ] as const) {
        let hits = 0
        for (let i = 0; i < 1000; i++) if (codec.hasShape!(noise(length), 0, length, step) === true) hits++
        expect(hits).toBeLessThan(300)
      }
    }
  })
})

describeIfShared('codecs of phones', (shared) => {
  const stepOf = (bytes: Uint8Array, before: Uint8Array): number =>
    new DataView(bytes.buffer, bytes.byteOffset).getUint32(4) -
    new DataView(before.buffer, before.byteOffset).getUint32(4)

  const formats: Readonly<Record<string, PayloadFormat>> = {
    's12_g722_rtp.pcap': format('G722'),
    's12_g726_rtp.pcap': format('G726-32'),
    's12_g729_rtp.pcap': format('G729'),
    's12_l16_rtp.pcap': format('L16', 16000),
    's01_udp_rtp_pcmu.pcap': format('PCMU'),
  }

  test.each(Object.keys(formats))('%s: no byte more than the codec needs', async (file) => {
    const codec = codecOf(97, formats[file]!)
    const datagrams = await labDatagrams(shared, file)
    for (const stream of labLabels(shared).find((label) => label.file === file)!.streams) {
      const packets = packetsOf(datagrams, stream).filter((bytes) => (bytes[1]! & 0x7f) === stream.pt)
      let exact = 0
      for (const [i, next] of packets.slice(1).entries()) {
        const payload = payloadsOf([packets[i]!], stream.pt)[0]!
        if (codec.payloadBytes(stepOf(next, packets[i]!)) === payload.length) exact++
      }
      expect(exact).toBeGreaterThan(0.95 * (packets.length - 1))
    }
  })

  test.each([
    ['s12_amr_rtp.pcap', 'AMR-WB'],
    ['s12_opus_rtp.pcap', 'opus'],
  ])('%s has the shape of %s, and its encryption not', async (file, name) => {
    const datagrams = await labDatagrams(shared, file)
    const noise = cipherNoise(4)
    const codec = SHAPED_CODECS.find((shaped) => shaped.name === name)!
    for (const stream of labLabels(shared).find((label) => label.file === file)!.streams) {
      const payloads = payloadsOf(packetsOf(datagrams, stream), stream.pt)
      const step = name === 'opus' ? 960 : 320
      const share = (of: readonly Uint8Array[]): number =>
        of.filter((bytes) => codec.hasShape!(bytes, 0, bytes.length, step) === true).length / of.length
      expect(share(payloads)).toBeGreaterThan(0.98)
      expect(share(payloads.map((bytes) => noise(bytes.length + 10)))).toBeLessThan(0.3)
    }
  })
})
