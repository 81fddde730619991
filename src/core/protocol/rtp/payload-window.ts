/**
 * Statistics over up to 255 payloads, on counters only (VERDICTS §2.3): could these bytes be ciphertext? Five tests, each with a bound on the
 * probability that random bytes look so; the score is −log10 of the best, corrected for their number. Where an exact tail is not at hand
 * the smaller evidence is taken: a false `plain` would paint an encrypted call red. test/reference/payload-statistics.ts is its readable twin.
 */
import { binomialTail, uniformTail } from '../../base/tail-probability.ts'

/** The tail that may be an authentication tag (up to 16 bytes) is left out where the payload is long enough. */
const TAG_ALLOWANCE = 16
const ALLOWANCE_FROM = 24
const POSITIONS = 16
const BITS = POSITIONS * 8
/** Below this many bytes the 256 bins of T1 are too thin; nibbles are used alone. */
const BYTE_BINS_FROM = 5000
/** Shorter payloads (comfort noise, DTX) say nothing. */
const MIN_PAYLOAD = 4
/** Counters of bits are bytes, and the last look is at 250. */
const MAX_PACKETS = 255
const CHAINS = 256
/** Bits of a payload that T3 compares. */
const HASH_BITS = 64
const TESTS = 5

/** A nibble's four bits as the four bytes of a word, lowest bit in the lowest byte: one addition counts them all. */
const SPREAD = Int32Array.from(
  { length: 16 },
  (_, nibble) => (nibble & 1) | ((nibble & 2) << 7) | ((nibble & 4) << 14) | ((nibble & 8) << 21),
)

/** Counters of one window, about 4 kB; made once, reset for each use. */
export class PayloadWindow {
  #packets = 0
  #bytes = 0
  #equalNeighbours = 0
  #repeats = 0
  /** Length of the shortest payload that came twice. */
  #repeatBytes = Infinity
  readonly #histogram = new Int32Array(256)
  /** Ones, and bits kept from the packet before: two words a position, low nibble first, a byte a bit. */
  readonly #ones = new Int32Array(POSITIONS * 2)
  readonly #kept = new Int32Array(POSITIONS * 2)
  readonly #present = new Uint8Array(POSITIONS)
  readonly #previous = new Uint8Array(POSITIONS)
  /** Hashes of the payloads by number from 1, chained by their lowest byte; 0 ends a chain. */
  readonly #hashLow = new Int32Array(MAX_PACKETS + 1)
  readonly #hashHigh = new Int32Array(MAX_PACKETS + 1)
  readonly #heads = new Uint8Array(CHAINS)
  readonly #next = new Uint8Array(MAX_PACKETS + 1)

  /** Payloads counted since reset. */
  get packets(): number {
    return this.#packets
  }

  /** Empties all counters. */
  reset(): void {
    this.#packets = 0
    this.#bytes = 0
    this.#equalNeighbours = 0
    this.#repeats = 0
    this.#repeatBytes = Infinity
    this.#histogram.fill(0)
    this.#ones.fill(0)
    this.#kept.fill(0)
    this.#present.fill(0)
    this.#heads.fill(0)
  }

  /**
   * Adds the payload `bytes[start, end)`, without header extension and CSRC; retransmitted copies must have been removed before. The bytes
   * are not kept. Payloads below 4 bytes are passed over, as is everything after the 255th.
   */
  add(bytes: Uint8Array, start: number, end: number): void {
    const whole = end <= bytes.length ? end : bytes.length
    const stop = whole - start > ALLOWANCE_FROM ? whole - TAG_ALLOWANCE : whole
    const length = stop - start
    if (length < MIN_PAYLOAD || this.#packets >= MAX_PACKETS) return
    this.#packets++
    this.#bytes += length
    this.#addBits(bytes, start, length < POSITIONS ? length : POSITIONS)
    this.#addBytes(bytes, start, stop)
  }

  /** S: −log10 of the corrected best probability that ciphertext would look like this. */
  score(): number {
    if (this.#packets < 2) return 0
    const best = Math.max(
      this.#byteScore(),
      this.#bitScore(this.#ones, 0),
      this.#repeatScore(),
      binomialTail(this.#equalNeighbours, this.#bytes - this.#packets, 1 / 16),
      this.#bitScore(this.#kept, 1),
    )
    return Math.max(0, best - Math.log10(TESTS))
  }

  /** T1, T3, T4 in one pass, a word of four bytes a step. */
  #addBytes(bytes: Uint8Array, start: number, stop: number): void {
    const histogram = this.#histogram
    // Before the first byte stands its complement, so that it has no equal neighbour.
    let last = ~(bytes[start] as number) & 0xff
    let equal = 0
    let low = 0x2545f491
    let high = 0x5bd1e995
    let at = start
    for (const wordsEnd = stop - 3; at < wordsEnd; at += 4) {
      const a = bytes[at] as number
      const b = bytes[at + 1] as number
      const c = bytes[at + 2] as number
      const d = bytes[at + 3] as number
      histogram[a] = (histogram[a] as number) + 1
      histogram[b] = (histogram[b] as number) + 1
      histogram[c] = (histogram[c] as number) + 1
      histogram[d] = (histogram[d] as number) + 1
      const word = (a << 24) | (b << 16) | (c << 8) | d
      // High nibbles of each byte and the one before it, different bits folded into one flag a byte.
      let differ = word ^ ((last << 24) | (word >>> 8))
      differ |= differ >>> 1
      differ |= differ >>> 2
      equal += 4 - (Math.imul((differ >>> 4) & 0x01010101, 0x01010101) >>> 24)
      last = d
      low = Math.imul(low ^ word, 0x85ebca6b)
      low ^= low >>> 15
      high = Math.imul((high << 13) | (high >>> 19), 5) ^ Math.imul(word, 0x1b873593)
    }
    for (; at < stop; at++) {
      const byte = bytes[at] as number
      histogram[byte] = (histogram[byte] as number) + 1
      if (byte >> 4 === last >> 4) equal++
      last = byte
      low = Math.imul(low ^ byte, 0x85ebca6b)
      low ^= low >>> 15
      high = Math.imul((high << 13) | (high >>> 19), 5) ^ Math.imul(byte, 0x1b873593)
    }
    this.#equalNeighbours += equal
    this.#addHash(low, high, stop - start)
  }

  /** T2 and T5: the bits of the first 16 bytes, each position with the packet before that had it. */
  #addBits(bytes: Uint8Array, start: number, positions: number): void {
    const ones = this.#ones
    const kept = this.#kept
    const present = this.#present
    const previous = this.#previous
    const spread = SPREAD
    for (let i = 0; i < positions; i++) {
      const byte = bytes[start + i] as number
      const low = i * 2
      ones[low] = (ones[low] as number) + (spread[byte & 15] as number)
      ones[low + 1] = (ones[low + 1] as number) + (spread[byte >> 4] as number)
      if (present[i] !== 0) {
        const same = byte ^ (previous[i] as number) ^ 0xff
        kept[low] = (kept[low] as number) + (spread[same & 15] as number)
        kept[low + 1] = (kept[low + 1] as number) + (spread[same >> 4] as number)
      }
      previous[i] = byte
      present[i] = (present[i] as number) + 1
    }
  }

  #addHash(low: number, high: number, length: number): void {
    const mixedHigh = Math.imul(high ^ (high >>> 16), 0xc2b2ae35) ^ length
    const chain = (low ^ (low >>> 13)) & (CHAINS - 1)
    const number = this.#packets
    for (let known = this.#heads[chain] as number; known !== 0; known = this.#next[known] as number) {
      if (this.#hashLow[known] !== low || this.#hashHigh[known] !== mixedHigh) continue
      this.#repeats++
      if (length < this.#repeatBytes) this.#repeatBytes = length
      break
    }
    this.#hashLow[number] = low
    this.#hashHigh[number] = mixedHigh
    this.#next[number] = this.#heads[chain] as number
    this.#heads[chain] = number
  }

  /** T1: chi-square of bytes, or of their nibbles while bytes are few. */
  #byteScore(): number {
    const high = new Int32Array(16)
    const low = new Int32Array(16)
    for (let value = 0; value < 256; value++) {
      const count = this.#histogram[value] as number
      high[value >> 4] = (high[value >> 4] as number) + count
      low[value & 15] = (low[value & 15] as number) + count
    }
    const nibbles = Math.max(uniformTail(high, this.#bytes), uniformTail(low, this.#bytes)) - Math.log10(2)
    if (this.#bytes < BYTE_BINS_FROM) return nibbles
    return Math.max(nibbles, uniformTail(this.#histogram, this.#bytes)) - Math.log10(2)
  }

  /** T2, T5: the most one-sided bit position, two-sided and corrected for the number of positions. */
  #bitScore(counts: Int32Array, less: number): number {
    let best = 0
    for (let i = 0; i < POSITIONS; i++) {
      const trials = (this.#present[i] as number) - less
      if (trials < 2) continue
      for (let bit = 0; bit < 8; bit++) {
        const ones = ((counts[i * 2 + (bit >> 2)] as number) >>> ((bit & 3) * 8)) & 0xff
        const score = binomialTail(Math.max(ones, trials - ones), trials, 0.5)
        if (score > best) best = score
      }
    }
    return best - Math.log10(2 * BITS)
  }

  /** T3: the same payload twice, by the birthday bound over its length; each further repetition is as improbable again. */
  #repeatScore(): number {
    if (this.#repeats === 0) return 0
    const bits = Math.min(HASH_BITS, 8 * this.#repeatBytes)
    const pairs = (this.#packets * this.#packets) / 2
    return this.#repeats * Math.max(0, bits * Math.log10(2) - Math.log10(pairs))
  }
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
