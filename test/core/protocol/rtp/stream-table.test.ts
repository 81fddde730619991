import { describe, expect, test } from '@jest/globals'
import { micros } from '../../../../src/core/base/clock.ts'
import { cipherNoise } from '../../../tools/cipher-noise.ts'
import { rtp } from '../../../tools/packet-builder.ts'
import { Bench, cipher, factsOf, mixed, noiseOf, SEED, Sender } from './streams.ts'

const small = new Uint8Array(20)
const packetOf = (ssrc: number, sequence: number, timestamp = 160 * sequence): Uint8Array =>
  rtp(small, { payloadType: 0, sequence: sequence & 0xffff, timestamp: timestamp >>> 0, ssrc: ssrc >>> 0 })

describe('recognition', () => {
  const recognised = (packets: readonly Uint8Array[]): boolean => {
    const bench = new Bench()
    for (const packet of packets) bench.wait(20_000).send(packet)
    return bench.opened.length > 0
  }

  test.each<[string, number[], boolean]>([
    ['three in a row', [1, 2, 3], false],
    ['four in a row', [1, 2, 3, 4], true],
    ['with losses of two', [1, 4, 7, 10], true],
    ['around the wrap', [65_534, 65_535, 0, 1], true],
    ['a loss of three', [1, 2, 3, 7], false],
    ['and after it four', [1, 2, 3, 7, 8, 9, 10], true],
    ['a copy between', [1, 1, 2, 2, 3, 3, 4], true],
    ['two that overtake', [1, 3, 2, 4, 5], true],
    ['one number again and again', [9, 9, 9, 9, 9, 9], false],
    ['falling', [9, 8, 7, 6, 5, 4, 3], false],
  ])('%s', (_, sequences, expected) => {
    expect(recognised(sequences.map((sequence) => packetOf(7, sequence, 160)))).toBe(expected)
  })

  test('timestamps that stand still or wrap are fine, that fall are not', () => {
    const by = (timestamps: readonly number[]): boolean =>
      recognised(timestamps.map((timestamp, i) => packetOf(7, i + 1, timestamp)))
    expect(by([5, 5, 5, 5])).toBe(true)
    expect(by([0xffff_ff00, 0xffff_ffa0, 0x40, 0xe0])).toBe(true)
    expect(by([500, 400, 300, 200])).toBe(false)
  })

  test('four packets that agree are counted from the first, with its time and frame', () => {
    const bench = new Bench()
    bench.wait(1000).send(packetOf(7, 10))
    const firstAt = bench.now
    for (const sequence of [11, 13, 14]) bench.wait(1000).send(packetOf(7, sequence))
    expect(bench.stream).toMatchObject({ packets: 4, lost: 1, firstAt, firstFrame: 1, lastFrame: 4 })
    expect(bench.stream.payloadBytes).toBe(80)
  })

  test.each([64, 72, 77, 95])('payload type %i would be RTCP', (payloadType) => {
    const packets = [1, 2, 3, 4, 5].map((sequence) =>
      rtp(small, { payloadType, sequence, timestamp: 1, ssrc: 7 }),
    )
    expect(recognised(packets)).toBe(false)
  })

  test('SSRC 0 and payload types at the bounds are real', () => {
    for (const payloadType of [0, 63, 96, 127]) {
      const packets = [1, 2, 3, 4].map((sequence) =>
        rtp(small, { payloadType, sequence, timestamp: 1, ssrc: 0 }),
      )
      expect(recognised(packets)).toBe(true)
    }
  })

  test('a header that does not fit is none', () => {
    const cut = (packet: Uint8Array): Uint8Array =>
      mixed(packet, new Array<number>(15).fill(1)).subarray(0, 40)
    expect(recognised([1, 2, 3, 4, 5].map((sequence) => cut(packetOf(7, sequence))))).toBe(false)
    expect(recognised([1, 2, 3, 4, 5].map((sequence) => packetOf(7, sequence).subarray(0, 11)))).toBe(false)
  })

  test('of 50,000 random packets none makes a stream', () => {
    const noise = cipherNoise(SEED)
    const bench = new Bench()
    for (let i = 0; i < 50_000; i++) {
      const packet = noise(40)
      packet[0] = 0x80 | (packet[0]! & 0x3f)
      // As hard as can be: one SSRC, so that each packet is compared with the one before.
      packet.fill(1, 8, 12)
      bench.wait(100).send(packet)
    }
    expect(bench.opened.length).toBe(0)
  })

  test('on an announced flow the first packet is a stream, in both directions', () => {
    const bench = new Bench()
    bench.table.expect(0)
    expect(bench.send(packetOf(7, 1))).toBe(true)
    expect(bench.send(packetOf(8, 1), { direction: 1 })).toBe(true)
    expect(bench.send(packetOf(7, 1), { flow: 1 })).toBe(false)
    expect(bench.table.streamsOf(0)).toHaveLength(2)
    expect(bench.opened.map(({ packets, lost }) => [packets, lost])).toEqual([
      [1, 0],
      [1, 0],
    ])
  })
})

describe('streams side by side', () => {
  test('a new SSRC is a stream of its own; the one before stays', () => {
    const bench = new Bench()
    bench.play(new Sender(bench, { ssrc: 1 }), 50).play(new Sender(bench, { ssrc: 2, payload: cipher() }), 50)
    expect(bench.opened.map(({ ssrc, packets }) => [ssrc, packets])).toEqual([
      [1, 50],
      [2, 50],
    ])
    expect(bench.opened.map(({ slices }) => slices.at(-1)?.payload)).toEqual(['plain', 'random'])
  })

  test('the same SSRC on other flows and the other direction is another stream', () => {
    const bench = new Bench()
    const senders = [1, 2, 3, 4].map(() => new Sender(bench, { ssrc: 1 }))
    for (let i = 0; i < 40; i++) {
      senders.forEach((sender, n) => {
        bench.send(sender.next(), { flow: n >> 1, direction: (n & 1) as 0 | 1 })
      })
    }
    expect(bench.opened).toHaveLength(4)
    expect(bench.opened.map(({ packets, flow, direction }) => [packets, flow.id, direction])).toEqual([
      [40, 0, 0],
      [40, 0, 1],
      [40, 1, 0],
      [40, 1, 1],
    ])
  })

  test('taking turns, each is what it is alone', () => {
    const alone = new Bench()
    alone.play(new Sender(alone, { ssrc: 5 }), 200)
    const bench = new Bench()
    const others = [1, 2, 3, 4].map((ssrc) => new Sender(bench, { ssrc, payload: cipher(ssrc) }))
    const sender = new Sender(bench, { ssrc: 5 })
    for (let i = 0; i < 200; i++) {
      const { now } = bench
      bench.send(sender.next())
      for (const other of others) bench.send(other.next())
      bench.now = micros(now + 20_000)
    }
    const seen = bench.opened.find(({ ssrc }) => ssrc === 5)!
    const [slice] = seen.slices
    expect(seen).toMatchObject({ packets: 200, payloadBytes: 32_000, lost: 0, duplicates: 0 })
    expect(slice).toMatchObject({ payload: 'plain', payloadDetail: alone.stream.slices[0]!.payloadDetail })
    expect(bench.opened.map(({ slices }) => slices[0]!.tagBytes())).toEqual(
      bench.opened.map(({ ssrc }) => ({ 4: 4, 5: 0 })[ssrc] ?? null),
    )
  })

  test('a flow that is forgotten tells its streams and begins anew', () => {
    const bench = new Bench()
    const sender = new Sender(bench)
    bench.play(sender, 50).play(new Sender(bench, { ssrc: 9 }), 50, { direction: 1 })
    bench.table.forget(0)
    expect(bench.evicted.map(({ packets }) => packets)).toEqual([50, 50])
    expect([bench.table.live, bench.table.hasStream(0), bench.table.streamsOf(0)]).toEqual([0, false, []])
    // The stream object still reads what it was, and goes on to be that when its row belongs to another.
    const [before] = bench.evicted
    const facts = factsOf(before!)
    bench.play(sender, 20)
    expect(bench.opened).toHaveLength(3)
    expect(factsOf(before!)).toEqual(facts)
  })
})

describe('bounds', () => {
  test('a hundred thousand SSRCs a second from one 5-tuple: no stream of them, another stays as it was', () => {
    const bench = new Bench()
    const sender = new Sender(bench, { payload: cipher() })
    bench.play(sender, 100)
    const packet = packetOf(0, 1)
    const view = new DataView(packet.buffer)
    for (let i = 0; i < 100_000; i++) {
      view.setUint32(8, Math.imul(i + 1, 0x9e3779b1))
      bench.table.onPacket(
        { flowDirection: 2, at: micros(bench.now + 9 * i), frame: 1 },
        packet,
        0,
        packet.length,
        32,
      )
    }
    // One second of the flood begins; from three quarters of the table on, the source may begin 200 more.
    expect(bench.table.rateLimited).toBe(100_000 - 6143 - 200)
    expect([bench.opened.length, bench.table.live, bench.table.evicted]).toEqual([1, 1, 0])
    bench.play(sender, 100)
    expect(bench.stream).toMatchObject({ packets: 200, lost: 0, sequences: { holes: 0 } })
    expect(bench.stream.slices.map(({ payload }) => payload)).toEqual(['random'])
    // A second later a new stream of others is recognised as ever.
    bench.wait(1_000_000).play(new Sender(bench, { ssrc: 77 }), 10, { flow: 3 })
    expect(bench.opened.map(({ ssrc }) => ssrc)).toEqual([bench.stream.ssrc, 77])
  })

  test('during a flood a new stream is still recognised', () => {
    const bench = new Bench()
    const sender = new Sender(bench, { ssrc: 77 })
    let n = 0
    for (let i = 0; i < 50; i++) {
      for (let j = 0; j < 400; j++) bench.wait(50).send(packetOf(Math.imul(++n, 0x9e3779b1), 1), { flow: 1 })
      bench.send(sender.next())
    }
    expect(bench.opened.map(({ ssrc }) => ssrc)).toEqual([77])
  })

  test('sixteen streams a direction: the oldest that no call owns gives way', () => {
    const bench = new Bench()
    const owned = new Sender(bench, { ssrc: 1000 })
    bench.play(owned, 10)
    bench.stream.owner = 'a call'
    for (let ssrc = 1; ssrc <= 40; ssrc++) bench.play(new Sender(bench, { ssrc }), 5)
    expect([bench.table.live, bench.table.evicted]).toEqual([16, 25])
    expect(bench.evicted.map(({ ssrc }) => ssrc)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1))
    bench.play(owned, 10)
    expect(bench.stream.packets).toBe(20)
  })

  test('a direction full of owned, active streams takes no more, and says so', () => {
    const bench = new Bench()
    for (let ssrc = 1; ssrc <= 16; ssrc++) bench.play(new Sender(bench, { ssrc }), 5)
    for (const stream of bench.opened) stream.owner = 'a call'
    bench.play(new Sender(bench, { ssrc: 99 }), 8)
    expect([bench.opened.length, bench.evicted.length]).toEqual([16, 0])
    expect(bench.table.evicted).toBeGreaterThan(0)
    bench.wait(31_000_000).play(new Sender(bench, { ssrc: 100 }), 8)
    expect(bench.evicted.map(({ ssrc }) => ssrc)).toEqual([1])
  })

  test('a full table recycles rows, and those that remain stay linked', () => {
    const bench = new Bench(32, 200)
    const owned = new Sender(bench, { ssrc: 1000 })
    bench.play(owned, 10)
    bench.stream.owner = 'a call'
    // On hold for longer than 30 seconds: still better than what belongs to nobody.
    for (let flow = 1; flow < 200; flow++) {
      for (const ssrc of [1, 2, 3]) bench.play(new Sender(bench, { ssrc }), 5, { flow })
    }
    expect([bench.table.live, bench.table.evicted]).toEqual([32, 1 + 3 * 199 - 32])
    let linked = 0
    for (let flow = 0; flow < 200; flow++) linked += bench.table.streamsOf(flow).length
    expect(linked).toBe(32)
    bench.play(owned, 10)
    expect(bench.stream).toMatchObject({ packets: 20, lost: 0 })
  })

  test('2,000 streams that begin at once and take turns are all recognised', () => {
    const bench = new Bench(2048, 2048)
    for (let sequence = 1; sequence <= 25; sequence++) {
      bench.wait(20_000)
      for (let flow = 0; flow < 2000; flow++) bench.send(packetOf(flow + 1, sequence), { flow })
    }
    expect(bench.opened).toHaveLength(2000)
  })

  test('windows run out: the streams without one stay undecided until one is free', () => {
    const bench = new Bench(1200, 1200)
    const senders = Array.from(
      { length: 1100 },
      (_, i) => new Sender(bench, { ssrc: i + 1, payload: noiseOf(12) }),
    )
    const turn = (): void => {
      const { now } = bench
      senders.forEach((sender, flow) => bench.send(sender.next(), { flow }))
      bench.now = micros(now + 20_000)
    }
    for (let i = 0; i < 30; i++) turn()
    const decided = (): number => bench.opened.filter(({ slices }) => slices[0]?.payload === 'random').length
    // Some are recognised late, because two candidates share a place.
    expect(decided()).toBeGreaterThan(900)
    expect(decided()).toBeLessThanOrEqual(1024)
    for (let i = 0; i < 30; i++) turn()
    expect(decided()).toBe(1100)
  })
})
