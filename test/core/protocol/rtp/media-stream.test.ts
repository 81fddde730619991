import { describe, expect, test } from '@jest/globals'
import type { PayloadFormat } from '../../../../src/core/protocol/sdp/index.ts'
import { cipherNoise } from '../../../tools/cipher-noise.ts'
import { Bench, cipher, extended, mixed, padded, SEED, Sender, voice } from './streams.ts'

const format = (payloadType: number, encoding: string, clockRate = 8000): PayloadFormat => ({
  payloadType,
  encoding,
  clockRate,
  channels: 1,
  parameters: '',
})
const AUDIO = [format(0, 'PCMU'), format(101, 'TELEPHONE-EVENT')]

const started = (packets: number, fields: ConstructorParameters<typeof Sender>[1] = {}) => {
  const bench = new Bench()
  const sender = new Sender(bench, fields)
  bench.play(sender, packets)
  return { bench, sender, stream: bench.stream }
}

describe('counting', () => {
  test('packets, bytes, times and frames from the first packet on', () => {
    const { bench, stream } = started(100)
    expect(stream).toMatchObject({
      packets: 100,
      payloadBytes: 16_000,
      lost: 0,
      duplicates: 0,
      sequences: { holes: 0 },
    })
    expect([stream.firstFrame, stream.lastFrame]).toEqual([1, 100])
    expect(stream.lastAt).toBe(bench.now)
    expect(stream.lastAt - stream.firstAt).toBe(99 * 20_000)
    expect(
      stream.slices.map(({ packets, firstFrame, lastFrame }) => [packets, firstFrame, lastFrame]),
    ).toEqual([[100, 1, 100]])
  })

  test('a sequence number or timestamp that wraps is no loss', () => {
    const { stream } = started(200, { sequence: 65_500, timestamp: 0xffff_ff00 })
    expect(stream).toMatchObject({ packets: 200, lost: 0, sequences: { holes: 0 } })
    expect(stream.slice.excess()).toBe(0)
    expect(stream.slices).toHaveLength(1)
  })

  test('lost packets are those whose numbers never came', () => {
    const { bench, sender, stream } = started(50)
    for (const skipped of [1, 2, 40]) bench.play(sender.skip(skipped), 10)
    expect(stream).toMatchObject({ packets: 80, lost: 43, sequences: { holes: 0 } })
  })

  test('packets that overtake each other are all counted, none is lost', () => {
    const { bench, sender, stream } = started(30)
    for (let i = 0; i < 20; i++) {
      const late = sender.next()
      bench.send(sender.next())
      bench.send(late)
    }
    bench.play(sender, 10)
    expect(stream).toMatchObject({
      packets: 80,
      lost: 0,
      duplicates: 0,
      ambiguous: 0,
      sequences: { holes: 0 },
    })
    expect(stream.slices).toHaveLength(1)
  })

  test('every packet twice, as a bridge and its port show them', () => {
    const bench = new Bench()
    const sender = new Sender(bench, { payload: cipher(10) })
    for (let i = 0; i < 300; i++) {
      const packet = sender.next()
      bench.send(packet)
      bench.send(packet)
    }
    expect(bench.stream).toMatchObject({ packets: 300, lost: 0, ambiguous: 0 })
    // Those of the first three came before there was a stream.
    expect(bench.stream.duplicates).toBe(297)
    expect(bench.stream.slice.payload).toBe('random')
  })

  test('a copy is known among the last 64 packets', () => {
    const bench = new Bench()
    const sender = new Sender(bench)
    const sent = Array.from({ length: 200 }, () => sender.next())
    for (const packet of sent) bench.send(packet)
    for (let back = 1; back <= 64; back++) bench.send(sent[200 - back]!)
    expect(bench.stream).toMatchObject({ packets: 200, duplicates: 64, ambiguous: 0 })
  })

  test('digital silence is no copy: the timestamps differ', () => {
    const { stream } = started(300, { payload: () => new Uint8Array(160).fill(0xff) })
    expect(stream).toMatchObject({ packets: 300, duplicates: 0, ambiguous: 0 })
  })

  test('the same number with another payload is kept, noted and told once', () => {
    const { bench, sender, stream } = started(40)
    const before = bench.changes.length
    for (let i = 0; i < 5; i++) {
      const packet = sender.next()
      const other = packet.slice()
      other.fill(i, 12)
      bench.send(packet)
      bench.send(other)
    }
    expect(stream).toMatchObject({ ambiguous: 5, duplicates: 0, packets: 50 })
    expect(stream.ambiguousFrames).toEqual([42, 44, 46, 48, 50])
    expect(bench.changes.length).toBe(before + 1)
  })

  test('a truncated capture counts what was on the wire', () => {
    const bench = new Bench()
    const sender = new Sender(bench)
    for (let i = 0; i < 60; i++) bench.send(sender.next(), { captured: 60 })
    expect(bench.stream).toMatchObject({ packets: 60, payloadBytes: 9600 })
    expect(bench.stream.slice.excess()).toBe(0)
  })
})

describe('restarts and pauses', () => {
  test.each([
    ['forward', 20_000],
    ['backward', -20_000],
    ['by 3,000', 2999],
  ])('a sender that begins anew %s has lost nothing', (_, leap) => {
    const { bench, sender, stream } = started(60)
    sender.sequence += leap
    bench.play(sender, 60)
    expect(stream).toMatchObject({ packets: 120, sequences: { holes: 0 } })
    expect(stream.lost).toBeLessThanOrEqual(1)
    expect(stream.slices).toHaveLength(1)
  })

  test('four late packets are a restart; those before it do not hide', () => {
    const { bench, sender, stream } = started(60)
    sender.sequence -= 2000
    bench.play(sender, 100)
    expect(stream.packets).toBe(160)
    expect(stream.slices[0]!.pairs).toBeGreaterThan(150)
  })

  test('a pause that the numbers explain is no hole', () => {
    const { bench, sender, stream } = started(60)
    bench.wait(5_000_000)
    sender.timestamp += 40_000
    sender.marker = true
    bench.play(sender, 60)
    expect(stream).toMatchObject({ sequences: { holes: 0 }, lost: 0, packets: 120 })
    expect(stream.slices).toHaveLength(1)
  })

  test('numbers that are missing for more than a second are a hole', () => {
    const { bench, sender, stream } = started(60)
    bench.wait(1_200_000)
    bench.play(sender.skip(60), 60)
    expect(stream).toMatchObject({ sequences: { holes: 1 }, lost: 60 })
    bench.wait(900_000)
    bench.play(sender.skip(45), 10)
    expect(stream).toMatchObject({ sequences: { holes: 1 }, lost: 105 })
    bench.wait(2_000_000)
    sender.sequence += 30_000
    bench.play(sender, 10)
    expect(stream.sequences.holes).toBe(2)
  })
})

describe('excess lengths', () => {
  test.each([
    [0, 0],
    [4, 4],
    [10, 10],
    [16, 16],
    [14, null],
  ])('%i bytes more than the codec needs: tag %s', (excess, tag) => {
    const { stream } = started(40, { payload: cipher(excess) })
    expect([stream.slice.excess(), stream.slice.tagBytes()]).toEqual([excess, tag])
  })

  test('an MKI and a tag', () => {
    const noise = cipherNoise(3)
    const { stream } = started(40, {
      payload: ({ step }) => Uint8Array.from([...noise(step), 0, 0, 0, 1, ...noise(10)]),
    })
    expect(stream.slice.tagBytes()).toBe(10)
  })

  test('padding is no tag', () => {
    const bench = new Bench()
    const sender = new Sender(bench)
    for (let i = 0; i < 40; i++) bench.send(padded(sender.next(), 10))
    expect(bench.stream.slice.excess()).toBe(10)
    expect(bench.stream.slice.tagBytes()).toBeNull()
  })

  test('CSRC and extension do not count', () => {
    const bench = new Bench()
    const sender = new Sender(bench, { payload: cipher(4) })
    for (let i = 0; i < 40; i++) {
      const packet = sender.next()
      bench.send(i % 3 === 0 ? mixed(packet, [1, 2, 3]) : extended(packet, 0xbede, [0x10, 0, 0, 0]))
    }
    expect(bench.stream.slice.tagBytes()).toBe(4)
  })

  test('a talkspurt after silence does not count', () => {
    const { bench, sender, stream } = started(20, { payload: cipher(10) })
    for (let i = 0; i < 30; i++) {
      sender.timestamp += 8000
      sender.marker = true
      bench.play(sender, 3)
    }
    expect(stream.slice.tagBytes()).toBe(10)
    expect(stream.slices).toHaveLength(1)
  })

  test('protection that falls away is told after three packets, from where it fell', () => {
    const { bench, sender, stream } = started(100, { payload: cipher(10) })
    sender.payload = voice
    bench.play(sender, 100)
    expect(stream.slices.map((slice) => [slice.tagBytes(), slice.payload])).toEqual([
      [10, 'random'],
      [0, 'plain'],
    ])
    const [before, after] = stream.slices
    expect(before!.packets + after!.packets).toBe(200)
    expect(Math.abs(after!.firstFrame - 101)).toBeLessThanOrEqual(1)
    expect(Math.abs(after!.packets - 100)).toBeLessThanOrEqual(1)
  })

  test('two odd packets change nothing', () => {
    const { bench, sender, stream } = started(100, { payload: cipher(10) })
    for (let i = 0; i < 10; i++) {
      sender.payload = cipher(0)
      bench.play(sender, 2)
      sender.payload = cipher(10)
      bench.play(sender, 50)
    }
    expect(stream.slices).toHaveLength(1)
    expect(stream.slice.tagBytes()).toBe(10)
  })
})

describe('statistics windows', () => {
  test('plain after five packets, ciphertext after what the codec needs', () => {
    const plain = started(8)
    expect(plain.stream.slice.payload).toBe('plain')
    const { bench, sender, stream } = started(25, { payload: cipher() })
    expect(stream.slice.payload).toBeNull()
    bench.play(sender, 6)
    expect(stream.slice.payload).toBe('random')
    expect(stream.slice.payloadDetail).toMatch(/^S=\d+\.\d n=25$/u)
  })

  test('content that changes without a trace in the lengths is found by the next window', () => {
    const { bench, sender, stream } = started(600, { payload: cipher(0) })
    sender.payload = voice
    bench.play(sender, 1000)
    const looks = stream.slices.map(({ payload }) => payload)
    expect(looks).toEqual(['random', 'plain'])
    // At most ten seconds late, and the slice begins with the window.
    expect(stream.slices[1]!.firstFrame - 600).toBeLessThanOrEqual(500)
    expect(stream.slices[0]!.packets + stream.slices[1]!.packets).toBe(1600)
  })

  test('a key exchange opens a slice and a window at once', () => {
    const { bench, sender, stream } = started(100)
    sender.payload = cipher(0)
    stream.split(bench.now, bench.frame + 1, true)
    bench.play(sender, 60)
    expect(stream.slices.map(({ payload, afterKeys, packets }) => [payload, afterKeys, packets])).toEqual([
      ['plain', false, 100],
      ['random', true, 60],
    ])
  })

  test('a split before the first packet of a slice marks that slice', () => {
    const { bench, sender, stream } = started(10)
    stream.split(bench.now, 11, false)
    stream.split(bench.now, 11, true)
    bench.play(sender, 10)
    expect(stream.slices.map(({ afterKeys, packets }) => [afterKeys, packets])).toEqual([
      [false, 10],
      [true, 10],
    ])
  })
})

describe('payload types', () => {
  test('ten in a row make another type the main one, in a slice of its own', () => {
    const { bench, sender, stream } = started(60)
    sender.payloadType = 8
    bench.play(sender, 9)
    expect([stream.payloadType, stream.slices.length]).toEqual([0, 1])
    bench.play(sender, 31)
    expect([stream.payloadType, stream.codec.name, stream.slices.length]).toEqual([8, 'PCMA', 2])
    expect(stream.packets).toBe(100)
  })

  test('comfort noise is not counted among payloads', () => {
    const { bench, sender, stream } = started(6, { payload: cipher(0) })
    for (let i = 0; i < 60; i++) bench.send(sender.aside(13, Uint8Array.from([40])))
    expect([stream.payloadType, stream.slice.payload, stream.packets]).toEqual([0, null, 66])
    bench.play(sender, 40)
    expect([stream.slice.payload, stream.slice.tagBytes()]).toEqual(['random', 0])
  })

  test('a stream that begins with comfort noise or an event is judged by its audio', () => {
    for (const [type, payload] of [
      [13, [40]],
      [101, [5, 10, 0, 160]],
    ] as const) {
      const bench = new Bench()
      const sender = new Sender(bench)
      for (let i = 0; i < 6; i++) bench.send(sender.aside(type, Uint8Array.from(payload)))
      bench.stream.describe(AUDIO, 0)
      bench.play(sender, 30)
      expect([bench.stream.payloadType, bench.stream.slice.payload]).toEqual([0, 'plain'])
    }
  })

  test('a static type that SDP remaps is what SDP says', () => {
    const { stream } = started(20)
    stream.describe([format(0, 'OPUS', 48000)], 0)
    expect([stream.codec.name, stream.codec.payloadBytes(160)]).toEqual(['opus', null])
  })

  test('Opus without SDP is known by its shape', () => {
    const noise = cipherNoise(5)
    const bench = new Bench()
    const sender = new Sender(bench, {
      payloadType: 111,
      payload: () => Uint8Array.from([0x78, ...noise(60)]),
    })
    sender.step = 960
    bench.play(sender, 60)
    expect(bench.stream.shape).toBe('opus')
    const secret = new Sender(bench, { ssrc: 5, payloadType: 111, payload: () => noise(60) })
    secret.step = 960
    bench.play(secret, 60)
    expect(bench.opened[1]!.shape).toBeNull()
  })
})

describe('telephone-event', () => {
  const press = (bench: Bench, sender: Sender, payload: (n: number) => Uint8Array): void => {
    const timestamp = sender.timestamp
    for (let n = 1; n <= 6; n++) bench.send(sender.aside(101, payload(n), timestamp))
    sender.timestamp += 6 * 160
  }
  const plain = (n: number): Uint8Array => Uint8Array.from([5, n === 6 ? 0x8a : 0x0a, 0, 160])
  const secret = cipherNoise(SEED)

  test('plain, as SDP names it', () => {
    const { bench, sender, stream } = started(30)
    stream.describe(AUDIO, 0)
    press(bench, sender, plain)
    press(bench, sender, plain)
    bench.play(sender, 30)
    expect([stream.events.plain, stream.events.events]).toEqual([12, 2])
    expect(stream.slice).toMatchObject({ plainEvents: 12, plainEventFrame: 31, cipherEvents: 0 })
    expect([stream.payloadType, stream.slices.length, stream.lost]).toEqual([0, 1, 0])
  })

  test('plain without SDP: the packets of one event agree', () => {
    const { bench, sender, stream } = started(30)
    press(bench, sender, plain)
    expect(stream.slice.plainEvents).toBe(5)
    expect(stream.events.events).toBe(1)
  })

  test.each([4, 10, 16])('with a tag of %i bytes', (tag) => {
    const { bench, sender, stream } = started(30, { payload: cipher(tag) })
    stream.describe(AUDIO, 0)
    press(bench, sender, () => secret(4 + tag))
    expect(stream.slice).toMatchObject({ plainEvents: 0, cipherEvents: 6 })
    expect([stream.events.plain, stream.events.events]).toEqual([0, 1])
  })

  test('readable where only the audio is encrypted', () => {
    const { bench, sender, stream } = started(60, { payload: cipher(10) })
    stream.describe(AUDIO, 0)
    press(bench, sender, plain)
    expect(stream.slice).toMatchObject({ plainEvents: 6, payload: 'random' })
    expect(bench.changes.at(-1)).toBe(stream)
  })

  test('a press with which the stream begins is seen as well', () => {
    const bench = new Bench()
    bench.table.expect(0)
    const sender = new Sender(bench)
    bench.send(sender.aside(101, plain(1)))
    bench.stream.describe(AUDIO, 0)
    press(bench, sender, plain)
    bench.play(sender, 30)
    expect(bench.stream.events.plain).toBeGreaterThanOrEqual(5)
    expect(bench.stream.slices.some(({ plainEvents }) => plainEvents >= 5)).toBe(true)
  })
})

describe('header extensions', () => {
  test.each([0xc0de, 0xc2de])('cryptex %i', (profile) => {
    const bench = new Bench()
    const sender = new Sender(bench)
    for (let i = 0; i < 20; i++) bench.send(extended(sender.next(), profile, [1, 2, 3, 4]))
    // Of the first three packets only lengths were kept.
    expect(bench.stream.slice.cryptex).toBe(17)
  })

  test('an audio level in the clear is counted where SDP names its id', () => {
    const { bench, sender, stream } = started(10)
    const send = (): boolean => bench.send(extended(sender.next(), 0xbede, [0x30, 0x7f, 0, 0]))
    send()
    stream.describe(AUDIO, 3)
    for (let i = 0; i < 5; i++) send()
    expect(stream.extensions.audioLevels).toBe(5)
    expect(stream.extensions.audioLevelFrames).toEqual([12, 13, 14, 15, 16])
    bench.send(extended(sender.next(), 0xbede, [0x31, 0x7f, 0x7f, 0]))
    bench.send(extended(sender.next(), 0xc0de, [0x30, 0x7f, 0, 0]))
    expect(stream.extensions.audioLevels).toBe(5)
  })

  test('an extension beyond the end counts as a packet without payload', () => {
    const { bench, sender, stream } = started(10)
    const broken = extended(sender.next(), 0xbede, [0, 0, 0, 0])
    broken.set([0xff, 0xff], 14)
    bench.send(broken)
    bench.play(sender, 10)
    expect(stream).toMatchObject({ packets: 21, payloadBytes: 20 * 160, lost: 0 })
    expect(stream.slice.excess()).toBe(0)
  })
})

describe('proof of keys', () => {
  test('whole packets come while they are wanted', () => {
    const { bench, sender, stream } = started(100, { payload: cipher() })
    stream.proofWanted = true
    bench.play(sender, 3)
    bench.send(sender.next(), { captured: 100 })
    stream.proofWanted = false
    bench.play(sender, 3)
    expect(bench.proofs).toEqual([101, 102, 103])
  })
})
