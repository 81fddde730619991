import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { PayloadWindow, PayloadWindowPool } from '../../../../src/core/protocol/rtp/payload-window.ts'
import { decideWindow } from '../../../../src/core/protocol/rtp/window-verdict.ts'
import { scoreReadably } from '../../../reference/payload-statistics.ts'
import { cipherNoise } from '../../../tools/cipher-noise.ts'
import { labDatagrams, labLabels, packetsOf, payloadsOf } from '../../../tools/lab-streams.ts'
import { seededRandom } from '../../../tools/mutations.ts'
import { describeIfShared } from '../../../tools/shared.ts'
import { randomBytes, talker } from '../../../tools/speech.ts'

const SEED = 20261123

const windowOf = (payloads: readonly Uint8Array[]): PayloadWindow => {
  const window = new PayloadWindow()
  for (const payload of payloads) window.add(payload, 0, payload.length)
  return window
}

const scoreOf = (payloads: readonly Uint8Array[]): number => windowOf(payloads).score()

describe('PayloadWindow and its readable twin', () => {
  const shortOrLong = fc.oneof(fc.nat(40), fc.nat(400))
  const payload = fc.oneof(
    shortOrLong.chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
    // What a codec leaves: few values, runs, the same again.
    fc
      .array(fc.constantFrom(0xff, 0x7f, 0x80, 0xfe, 0xd5), { maxLength: 200 })
      .map((values) => Uint8Array.from(values)),
    fc.constantFrom(
      Uint8Array.from([1, 2, 3, 4]),
      new Uint8Array(20).fill(0xd5),
      new Uint8Array(160).fill(0xff),
    ),
  )

  test('agree on any payloads', () => {
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 60 }), (payloads) => {
        expect(scoreOf(payloads)).toBeCloseTo(scoreReadably(payloads), 9)
      }),
      { seed: SEED, numRuns: 150 },
    )
  })

  test('agree on whole windows, by bytes and beyond their bounds', () => {
    const random = seededRandom(SEED)
    const speak = talker(random)
    for (const [count, length] of [
      [250, 20],
      [300, 60],
      [100, 160],
    ] as const) {
      const voice = Array.from({ length: count }, () => speak(length))
      const cipher = Array.from({ length: count }, () => randomBytes(random, length))
      expect(scoreOf(voice)).toBeCloseTo(scoreReadably(voice), 6)
      expect(scoreOf(cipher)).toBeCloseTo(scoreReadably(cipher), 9)
    }
  })

  test('read only their range of the bytes', () => {
    fc.assert(
      fc.property(fc.array(payload, { minLength: 2, maxLength: 12 }), fc.nat(20), (payloads, before) => {
        const apart = new PayloadWindow()
        for (const one of payloads) {
          const frame = new Uint8Array(before + one.length + 7).fill(0xa5)
          frame.set(one, before)
          apart.add(frame, before, before + one.length)
        }
        expect(apart.score()).toBe(scoreOf(payloads))
      }),
      { seed: SEED, numRuns: 60 },
    )
  })
})

describe('PayloadWindow', () => {
  test('ciphertext scores 4 hardly ever and 9 never, at every look', () => {
    const noise = cipherNoise(SEED)
    let looks = 0
    let suspicious = 0
    let highest = 0
    for (const [length, windows, packets] of [
      [10, 400, 100],
      [20, 400, 100],
      [33, 400, 100],
      [60, 150, 100],
      [160, 60, 250],
      [640, 8, 250],
    ] as const) {
      for (let i = 0; i < windows; i++) {
        const window = new PayloadWindow()
        const bytes = noise(length * packets)
        for (let n = 1; n <= packets; n++) {
          window.add(bytes, (n - 1) * length, n * length)
          if (![5, 10, 25, 50, 100, 250].includes(n)) continue
          looks++
          const score = window.score()
          highest = Math.max(highest, score)
          if (score >= 4) suspicious++
        }
      }
    }
    expect(highest).toBeLessThan(9)
    expect(looks).toBeGreaterThan(6000)
    expect(suspicious).toBeLessThanOrEqual(looks / 1000)
  })

  test('a tag behind plain payload does not hide it', () => {
    const random = seededRandom(SEED)
    const speak = talker(random)
    const payloads = Array.from({ length: 25 }, () =>
      Uint8Array.from([...speak(160), ...randomBytes(random, 10)]),
    )
    expect(scoreOf(payloads)).toBeGreaterThan(100)
  })

  test('digital silence is plain at the first look', () => {
    expect(decideWindow(windowOf(Array.from({ length: 5 }, () => new Uint8Array(160).fill(0xff))), 25)).toBe(
      'plain',
    )
  })

  test('each test finds what only it can see', () => {
    const random = seededRandom(SEED)
    const many = (count: number, of: (n: number) => Uint8Array): Uint8Array[] =>
      Array.from({ length: count }, (_, n) => of(n))
    // T1: every byte value below 128 in random order.
    expect(scoreOf(many(50, () => randomBytes(random, 60).map((byte) => byte & 0x7f)))).toBeGreaterThan(9)
    // T2: one bit that never changes.
    expect(
      scoreOf(many(100, () => randomBytes(random, 20).map((byte, i) => (i === 3 ? byte | 8 : byte)))),
    ).toBeGreaterThan(9)
    // T3: two payloads of noise alike, and nothing else.
    const noise = many(50, () => randomBytes(random, 33))
    expect(scoreOf([...noise, noise[7]!])).toBeGreaterThan(9)
    // T4: high nibbles in pairs, all values alike.
    const paired = (): Uint8Array => {
      const bytes = randomBytes(random, 60)
      return bytes.map((byte, i) => (i % 2 === 0 ? byte : (bytes[i - 1]! & 0xf0) | (byte & 0x0f)))
    }
    expect(scoreOf(many(25, paired))).toBeGreaterThan(9)
    // T5: a bit that changes in every packet: no bias, no persistence.
    expect(
      scoreOf(
        many(100, (n) =>
          randomBytes(random, 20).map((byte, i) => (i === 3 ? (byte & 0xf7) | ((n & 1) << 3) : byte)),
        ),
      ),
    ).toBeGreaterThan(9)
  })

  test('short payloads say nothing, and the 256th is one too many', () => {
    const window = windowOf(Array.from({ length: 50 }, () => Uint8Array.from([1, 2, 3])))
    expect([window.packets, window.score()]).toEqual([0, 0])
    const full = windowOf(Array.from({ length: 400 }, () => new Uint8Array(20)))
    expect(full.packets).toBe(255)
    expect(full.score()).toBeGreaterThan(9)
  })

  test('a range beyond the bytes is cut, never read', () => {
    const window = new PayloadWindow()
    window.add(new Uint8Array(10), 4, 400)
    window.add(new Uint8Array(10), 12, 400)
    window.add(new Uint8Array(0), 0, 0)
    expect(window.packets).toBe(1)
  })

  test('reset leaves nothing behind', () => {
    const random = seededRandom(SEED)
    const used = windowOf(Array.from({ length: 60 }, () => new Uint8Array(160).fill(0xff)))
    used.reset()
    const fresh = new PayloadWindow()
    for (let n = 0; n < 60; n++) {
      const payload = randomBytes(random, 40)
      used.add(payload, 0, 40)
      fresh.add(payload, 0, 40)
    }
    expect(used.score()).toBe(fresh.score())
    expect(used.packets).toBe(60)
  })
})

describe('PayloadWindowPool', () => {
  test('lends no more than its limit, and windows come back empty', () => {
    const pool = new PayloadWindowPool(2)
    const first = pool.acquire()!
    expect(pool.acquire()).not.toBeNull()
    expect(pool.acquire()).toBeNull()
    first.add(new Uint8Array(20), 0, 20)
    pool.release(first)
    expect(pool.acquire()).toBe(first)
    expect(first.packets).toBe(0)
    expect(pool.acquire()).toBeNull()
  })
})

describe('decideWindow', () => {
  const random = seededRandom(SEED)
  const cipher = Array.from({ length: 250 }, () => randomBytes(random, 60))

  test.each([
    [24, 25, null],
    [25, 25, 'random'],
    [25, 50, null],
    [50, 50, 'random'],
    [50, 100, null],
    [100, 100, 'random'],
    [101, 100, null],
    [250, 100, 'random'],
  ])('%i packets of noise for a codec that needs %i: %s', (count, needed, expected) => {
    expect(decideWindow(windowOf(cipher.slice(0, count)), needed)).toBe(expected)
  })

  test('between plain and random to the end: undecided', () => {
    const nearly = cipher.map((payload, n) => {
      const copy = payload.slice()
      if (n % 3 !== 0) copy[0] = copy[0]! | 1
      return copy
    })
    // A bit set in five of six packets is plain at 250; one set in 72 % of them is not.
    expect(decideWindow(windowOf(nearly), 100)).toBe('plain')
    const hardly = cipher.map((payload, n) => {
      const copy = payload.slice()
      copy[0] = (n * 97) % 250 < 180 ? copy[0]! | 1 : copy[0]! & 0xfe
      return copy
    })
    const score = scoreOf(hardly)
    expect(score).toBeGreaterThan(4)
    expect(score).toBeLessThan(9)
    expect(decideWindow(windowOf(hardly), 100)).toBe('undecided')
    expect(decideWindow(windowOf(hardly.slice(0, 100)), 100)).not.toBe('plain')
  })
})

describeIfShared('PayloadWindow on captures of phones', (shared) => {
  // Packets after which VERDICTS §2.3 lets "random" mean something: by then plain media must have shown itself.
  const NEEDED: Readonly<Record<string, number>> = {
    PCMU: 25,
    PCMA: 25,
    G722: 25,
    'G726-32': 25,
    L16: 25,
    GSM: 50,
    'AMR-WB': 50,
    OPUS: 50,
    SPEEX: 100,
    G729: 100,
  }
  const files = labLabels(shared).filter(
    ({ file }) => file.startsWith('s12_') || file.startsWith('s19_music'),
  )

  test.each(files.map((label) => [label.file, label] as const))('%s', async (_, { file, streams }) => {
    const datagrams = await labDatagrams(shared, file)
    for (const stream of streams) {
      const needed = NEEDED[(stream.codec ?? '').split('/')[0]!.toUpperCase()]!
      const payloads = payloadsOf(packetsOf(datagrams, stream), stream.pt)
      expect(payloads.length).toBeGreaterThan(2 * needed)
      for (let at = 0; at + needed <= payloads.length; at += needed) {
        const score = scoreOf(payloads.slice(at, at + needed))
        if (stream.encryption === 'none') expect(score).toBeGreaterThanOrEqual(9)
        else expect(score).toBeLessThan(4)
      }
    }
  })
})
