/** The fast path (stream-rows.ts) must be invisible: a table whose rows take nothing sees the same streams. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { StreamRows } from '../../../../src/core/protocol/rtp/stream-rows.ts'
import type { PayloadFormat } from '../../../../src/core/protocol/sdp/index.ts'
import { cipherNoise } from '../../../tools/cipher-noise.ts'
import { Bench, cipher, extended, factsOf, mixed, padded, SEED, Sender, voice } from './streams.ts'

const FORMATS: readonly PayloadFormat[] = [
  { payloadType: 0, encoding: 'PCMU', clockRate: 8000, channels: 1, parameters: '' },
  { payloadType: 101, encoding: 'TELEPHONE-EVENT', clockRate: 8000, channels: 1, parameters: '0-16' },
  { payloadType: 111, encoding: 'OPUS', clockRate: 48000, channels: 2, parameters: '' },
]

/** What may happen beside the next packet. */
const EVENTS = [
  'duplicate',
  'old-copy',
  'impostor',
  'loss',
  'reorder',
  'event',
  'comfort-noise',
  'type',
  'excess',
  'length',
  'extension',
  'sources',
  'padding',
  'marker',
  'pause',
  'hole',
  'restart',
  'replay',
  'leap',
  'cut',
  'describe',
  'split',
  'proof',
  'no-proof',
  'step',
  'clock-back',
  'read',
] as const
type Event = (typeof EVENTS)[number]

/** One stroke of a run: some ordinary packets, then one event. */
interface Stroke {
  readonly packets: number
  readonly event: Event
  readonly amount: number
}

/** Plays strokes to a fresh table and writes down everything that can be seen from outside, at each `read` and at the end. */
class Run {
  readonly seen: unknown[] = []
  readonly bench = new Bench()
  readonly #sender: Sender
  readonly #sent: Uint8Array[] = []

  constructor(encrypted: boolean, payloadType: number) {
    this.#sender = new Sender(this.bench, { payloadType })
    this.#sender.payload = encrypted ? noiseBy(10) : voice
  }

  play(strokes: readonly Stroke[]): this {
    for (const { packets, event, amount } of strokes) {
      for (let i = 0; i < packets; i++) this.#send(this.#sender.next())
      this.#happen(event, amount)
    }
    for (let i = 0; i < 6; i++) this.#send(this.#sender.next())
    this.#read()
    return this
  }

  #send(packet: Uint8Array, captured = packet.length): void {
    this.#sent.push(packet)
    this.bench.send(packet, { captured })
  }

  #read(): void {
    const { opened, changes, proofs, evicted } = this.bench
    this.seen.push(opened.map(factsOf), changes.length, [...proofs], evicted.length)
  }

  #happen(event: Event, amount: number): void {
    const known = this.bench.opened[0]
    switch (event) {
      case 'duplicate':
        this.#again(1)
        break
      case 'old-copy':
        this.#again(1 + (amount % 100))
        break
      case 'replay':
        for (const packet of this.#sent.slice(-amount)) this.bench.send(packet)
        break
      case 'describe':
        known?.describe(FORMATS, amount % 15)
        break
      case 'split':
        known?.split(this.bench.now, this.bench.frame, amount % 2 === 0)
        break
      case 'proof':
      case 'no-proof':
        if (known !== undefined) known.proofWanted = event === 'proof'
        break
      case 'read':
        this.#read()
        break
      case 'pause':
      case 'hole':
      case 'clock-back':
        this.#shiftTime(event, amount)
        break
      default:
        if (!this.#shiftSender(event, amount)) this.#sendOdd(event, amount)
    }
  }

  #again(back: number): void {
    const packet = this.#sent.at(-back)
    if (packet !== undefined) this.bench.send(packet)
  }

  #shiftTime(event: Event, amount: number): void {
    const duration = amount * 30_000
    if (event === 'clock-back') this.bench.wait(-duration)
    else this.bench.wait(duration)
    if (event === 'pause') this.#sender.timestamp += Math.floor(duration / 125)
    if (event === 'hole') this.#sender.skip(Math.floor(duration / 20_000))
  }

  #shiftSender(event: Event, amount: number): boolean {
    const sender = this.#sender
    if (event === 'loss') sender.skip(1 + (amount % 5))
    else if (event === 'restart') sender.sequence -= 5 + amount
    else if (event === 'leap') sender.sequence += 2990 + amount
    else if (event === 'type') sender.payloadType = amount % 2 === 0 ? 0 : 111
    else if (event === 'step') sender.step = amount % 2 === 0 ? 160 : 240
    else if (event === 'excess') sender.payload = noiseBy([0, 4, 10, 14, 16, 20][amount % 6] as number)
    else if (event === 'length') sender.payload = () => noiseBy(10 + amount - sender.step)(sender)
    else if (event === 'marker') sender.marker = true
    else return false
    return true
  }

  #sendOdd(event: Event, amount: number): void {
    const sender = this.#sender
    const first = sender.next()
    if (event === 'reorder') {
      const second = sender.next()
      this.#send(second)
      this.#send(first)
    } else if (event === 'impostor') {
      this.#send(first)
      const other = first.slice()
      other[other.length - 1]! ^= 1 + amount
      this.#send(other)
    } else if (event === 'event') this.#send(sender.aside(101, Uint8Array.from([amount % 16, 10, 0, 160])))
    else if (event === 'comfort-noise') this.#send(sender.aside(13, Uint8Array.from([40])))
    else if (event === 'extension')
      this.#send(extended(first, amount % 2 === 0 ? 0xbede : 0xc0de, [0x10, amount, 0, 0]))
    else if (event === 'sources') this.#send(mixed(first, [amount]))
    else if (event === 'padding') this.#send(padded(first, 4 + (amount % 12)))
    else if (event === 'cut') this.#send(first, 12 + amount)
    else this.#send(first)
  }
}

const NOISE = cipherNoise(SEED)(1 << 18)

/** Noise that depends on nothing but the packet's number, `excess` bytes more than PCMU needs: two runs must send the same. */
const noiseBy =
  (excess: number) =>
  ({ step, sent }: Sender): Uint8Array => {
    const from = (sent * 509) % (NOISE.length - 1024)
    return NOISE.subarray(from, from + step + excess)
  }

const withoutFastPath = (run: () => unknown[]): unknown[] => {
  const spy = jest.spyOn(StreamRows.prototype, 'takes').mockReturnValue(false)
  try {
    return run()
  } finally {
    spy.mockRestore()
  }
}

afterEach(() => {
  jest.restoreAllMocks()
})

const strokes = fc.array(
  fc.record<Stroke>({ packets: fc.nat(30), event: fc.constantFrom(...EVENTS), amount: fc.nat(120) }),
  { maxLength: 25 },
)

describe('the fast path', () => {
  test.each([
    ['a voice', false, 0],
    ['ciphertext', true, 0],
    ['a dynamic type', true, 111],
  ])('%s: the same as without it, whatever happens', (_, encrypted, payloadType) => {
    fc.assert(
      fc.property(strokes, (played) => {
        const run = (): unknown[] => new Run(encrypted, payloadType).play(played).seen
        const [fast, slow] = [run(), withoutFastPath(run)]
        // The matcher is slow on much that is alike, and fast-check asks often.
        if (JSON.stringify(fast) !== JSON.stringify(slow)) expect(fast).toEqual(slow)
      }),
      { seed: SEED, numRuns: 150 },
    )
  })

  test.each([
    [
      'an extension of the length that payload gains',
      (packet: Uint8Array) => extended(packet, 0xbede, [0, 0, 0, 0]),
      8,
    ],
    ['a contributing source', (packet: Uint8Array) => mixed(packet, [7]), 4],
  ])('%s is not mistaken', (_, odd, more) => {
    const run = (): unknown[] => {
      const bench = new Bench()
      const sender = new Sender(bench)
      bench.play(sender, 60)
      bench.send(odd(sender.next()))
      sender.payload = (one) => new Uint8Array([...voice(one), ...new Uint8Array(more)])
      bench.play(sender, 20)
      return [factsOf(bench.stream)]
    }
    expect(run()).toEqual(withoutFastPath(run))
  })

  test('takes nearly all packets of a settled stream', () => {
    const takes = jest.spyOn(StreamRows.prototype, 'takes')
    const bench = new Bench()
    bench.play(new Sender(bench, { payload: cipher(10) }), 3000)
    const taken = takes.mock.results.filter(({ value }) => value === true).length
    // Six windows of 25 packets in a minute, and what opens and closes them.
    expect(taken).toBeGreaterThan(2750)
    expect(factsOf(bench.stream)).toMatchObject({ packets: 3000, lost: 0, payloadBytes: 3000 * 170 })
  })
})
