/**
 * Statistics over up to 250 payloads, on counters only (VERDICTS §2.3): could these bytes be ciphertext? Five tests, each with a bound on the
 * probability that random bytes look so; the score is −log10 of the best, corrected for their number.
 */
import { binomialTail, chiSquareTail } from '../../base/tail-probability.ts'
import { hashBytes } from '../../base/hash.ts'

/** The tail that may be an authentication tag (up to 16 bytes) is left out where the payload is long enough. */
const TAG_ALLOWANCE = 16
const ALLOWANCE_FROM = 24
const POSITIONS = 16
const BITS = POSITIONS * 8
/** Below this many bytes the 256 bins of T1 are too thin; nibbles are used alone. */
const BYTE_BINS_FROM = 5000
const KEPT_HASHES = 256
const MIN_PAYLOAD = 2
const TESTS = 5

/** Counters of one window; made once, reset for each use. */
export class PayloadWindow {
  /** Payloads added since reset. */
  packets = 0
  #bytes = 0
  #neighbours = 0
  #equalNeighbours = 0
  #shortest = Infinity
  #repeats = 0
  #repeatBytes = Infinity
  readonly #histogram = new Uint32Array(256)
  readonly #ones = new Uint16Array(BITS)
  readonly #kept = new Uint16Array(BITS)
  readonly #present = new Uint16Array(POSITIONS)
  readonly #previous = new Uint8Array(POSITIONS)
  readonly #hashLow = new Int32Array(KEPT_HASHES)
  readonly #hashHigh = new Int32Array(KEPT_HASHES)

  /** Empties all counters. */
  reset(): void {
    this.packets = 0
    this.#bytes = 0
    this.#neighbours = 0
    this.#equalNeighbours = 0
    this.#shortest = Infinity
    this.#repeats = 0
    this.#repeatBytes = Infinity
    this.#histogram.fill(0)
    this.#ones.fill(0)
    this.#kept.fill(0)
    this.#present.fill(0)
  }

  /** Adds the payload `bytes[start, end)`; retransmitted copies must have been removed before. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const stop = end - start > ALLOWANCE_FROM ? end - TAG_ALLOWANCE : end
    const length = stop - start
    if (length < MIN_PAYLOAD) return
    const histogram = this.#histogram
    let before = (bytes[start] as number) >> 4
    let equal = 0
    histogram[bytes[start] as number]!++
    for (let at = start + 1; at < stop; at++) {
      const byte = bytes[at] as number
      histogram[byte]!++
      if (byte >> 4 === before) equal++
      before = byte >> 4
    }
    this.#bytes += length
    this.#neighbours += length - 1
    this.#equalNeighbours += equal
    this.#addBits(bytes, start, Math.min(length, POSITIONS))
    this.#addHash(bytes, start, stop)
    this.packets++
  }

  /** S: −log10 of the corrected best probability that ciphertext would look like this. */
  score(): number {
    if (this.packets < 2) return 0
    const best = Math.max(
      this.#byteScore(),
      this.#bitScore(this.#ones, 0),
      this.#repeatScore(),
      binomialTail(this.#equalNeighbours, this.#neighbours, 1 / 16),
      this.#bitScore(this.#kept, 1),
    )
    return Math.max(0, best - Math.log10(TESTS))
  }

  /** T2 and T5 raw counts: ones per bit, and bits kept from the packet before. */
  #addBits(bytes: Uint8Array, start: number, positions: number): void {
    if (positions < this.#shortest) this.#shortest = positions
    for (let i = 0; i < positions; i++) {
      const byte = bytes[start + i] as number
      const same = ~(byte ^ (this.#previous[i] as number))
      const seen = this.#present[i] as number
      for (let bit = 0; bit < 8; bit++) {
        this.#ones[i * 8 + bit]! += (byte >> bit) & 1
        if (seen > 0) this.#kept[i * 8 + bit]! += (same >> bit) & 1
      }
      this.#previous[i] = byte
      this.#present[i] = seen + 1
    }
  }

  #addHash(bytes: Uint8Array, start: number, stop: number): void {
    const low = hashBytes(1, bytes, start, stop)
    const high = hashBytes(2, bytes, start, stop)
    const kept = Math.min(this.packets, KEPT_HASHES)
    for (let i = 0; i < kept; i++) {
      if (this.#hashLow[i] === low && this.#hashHigh[i] === high) {
        this.#repeats++
        this.#repeatBytes = Math.min(this.#repeatBytes, stop - start)
        break
      }
    }
    this.#hashLow[this.packets % KEPT_HASHES] = low
    this.#hashHigh[this.packets % KEPT_HASHES] = high
  }

  /** T1: chi-square of bytes, or of their nibbles while bytes are few. */
  #byteScore(): number {
    const high = new Uint32Array(16)
    const low = new Uint32Array(16)
    let squares = 0
    for (let value = 0; value < 256; value++) {
      const count = this.#histogram[value] as number
      high[value >> 4]! += count
      low[value & 15]! += count
      squares += count * count
    }
    const nibbles = Math.max(chiSquareOf(high, this.#bytes), chiSquareOf(low, this.#bytes)) - Math.log10(2)
    if (this.#bytes < BYTE_BINS_FROM) return nibbles
    const expected = this.#bytes / 256
    return Math.max(nibbles, chiSquareTail(squares / expected - this.#bytes, 255)) - Math.log10(2)
  }

  /** T2, T5: the most one-sided bit position, two-sided and corrected for the number of positions. */
  #bitScore(counts: Uint16Array, less: number): number {
    let best = 0
    for (let i = 0; i < POSITIONS; i++) {
      const trials = (this.#present[i] as number) - less
      if (trials < 2) continue
      for (let bit = 0; bit < 8; bit++) {
        const ones = counts[i * 8 + bit] as number
        best = Math.max(best, binomialTail(Math.max(ones, trials - ones), trials, 0.5))
      }
    }
    return best - Math.log10(2 * BITS)
  }

  /** T3: the same payload twice, by the birthday bound over its length (64 bits of it are compared). */
  #repeatScore(): number {
    if (this.#repeats === 0) return 0
    const bits = Math.min(64, 8 * this.#repeatBytes)
    const pairs = (this.packets * this.packets) / 2
    // Each further repetition of so short a value is as improbable again.
    return this.#repeats * Math.max(0, bits * Math.log10(2) - Math.log10(pairs))
  }
}

const chiSquareOf = (counts: Uint32Array, total: number): number => {
  const expected = total / counts.length
  if (expected < 5) return 0 // the chi-square law does not hold for thinner bins
  let sum = 0
  for (const count of counts) sum += (count - expected) ** 2 / expected
  return chiSquareTail(sum, counts.length - 1)
}

/** A fixed number of windows, lent and given back. */
export class PayloadWindowPool {
  readonly #free: PayloadWindow[] = []
  #made = 0
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  /** An empty window, or null while all are in use. */
  acquire(): PayloadWindow | null {
    const window = this.#free.pop()
    if (window !== undefined) return window
    if (this.#made >= this.#limit) return null
    this.#made++
    return new PayloadWindow()
  }

  /** Gives a window back. */
  release(window: PayloadWindow): void {
    window.reset()
    this.#free.push(window)
  }
}
