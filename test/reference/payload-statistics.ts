/**
 * The readable twin of PayloadWindow (VERDICTS §2.3): keeps the payloads themselves and counts each test the long way. Tails come from plain
 * sums of logarithms where the program bounds them, so that agreement within the bounds says something.
 */
import { binomialTail, uniformTail } from '../../src/core/base/tail-probability.ts'

const POSITIONS = 16

/** What the tests look at: the payload without the tail that may be a tag; null if it is too short to say anything. */
const examined = (payload: Uint8Array): Uint8Array | null => {
  const kept = payload.length > 24 ? payload.slice(0, payload.length - 16) : payload.slice()
  return kept.length < 4 ? null : kept
}

const countBy = (bytes: readonly number[], bins: number, binOf: (byte: number) => number): Int32Array => {
  const counts = new Int32Array(bins)
  for (const byte of bytes) counts[binOf(byte)]!++
  return counts
}

const unevenness = (bytes: readonly number[]): number => {
  const high = uniformTail(
    countBy(bytes, 16, (byte) => byte >> 4),
    bytes.length,
  )
  const low = uniformTail(
    countBy(bytes, 16, (byte) => byte & 15),
    bytes.length,
  )
  const nibbles = Math.max(high, low) - Math.log10(2)
  if (bytes.length < 5000) return nibbles
  const whole = uniformTail(
    countBy(bytes, 256, (byte) => byte),
    bytes.length,
  )
  return Math.max(nibbles, whole) - Math.log10(2)
}

/** The most one-sided of the 128 sequences of bits; `bitsAt` gives the one at a position. */
const oneSidedness = (bitsAt: (position: number, bit: number) => readonly number[]): number => {
  let best = 0
  for (let position = 0; position < POSITIONS; position++) {
    for (let bit = 0; bit < 8; bit++) {
      const bits = bitsAt(position, bit)
      if (bits.length < 2) continue
      const ones = bits.filter((value) => value === 1).length
      best = Math.max(best, binomialTail(Math.max(ones, bits.length - ones), bits.length, 0.5))
    }
  }
  return best - Math.log10(256)
}

const repetition = (payloads: readonly Uint8Array[]): number => {
  const seen = new Set<string>()
  let repeats = 0
  let shortest = Infinity
  for (const payload of payloads) {
    const text = payload.join(' ')
    if (seen.has(text)) {
      repeats++
      shortest = Math.min(shortest, payload.length)
    }
    seen.add(text)
  }
  if (repeats === 0) return 0
  const bits = Math.min(64, 8 * shortest)
  return repeats * Math.max(0, bits * Math.log10(2) - Math.log10(payloads.length ** 2 / 2))
}

/** S of the payloads, at most 255 of them long enough. */
export const scoreReadably = (all: readonly Uint8Array[]): number => {
  const payloads = all
    .map(examined)
    .filter((payload) => payload !== null)
    .slice(0, 255)
  if (payloads.length < 2) return 0
  const bytes = payloads.flatMap((payload) => [...payload])
  const neighbours = payloads.flatMap((payload) =>
    [...payload.subarray(1)].map((byte, i) => byte >> 4 === payload[i]! >> 4),
  )
  const columns = Array.from({ length: POSITIONS }, (_, position) =>
    payloads.filter((payload) => payload.length > position).map((payload) => payload[position]!),
  )
  const bitOf = (byte: number, bit: number): number => (byte >> bit) & 1
  const ones = (position: number, bit: number): number[] => columns[position]!.map((byte) => bitOf(byte, bit))
  const kept = (position: number, bit: number): number[] => {
    const column = ones(position, bit)
    return column.slice(1).map((value, i) => (value === column[i] ? 1 : 0))
  }
  const best = Math.max(
    unevenness(bytes),
    oneSidedness(ones),
    repetition(payloads),
    binomialTail(neighbours.filter(Boolean).length, neighbours.length, 1 / 16),
    oneSidedness(kept),
  )
  return Math.max(0, best - Math.log10(5))
}

/** ln of n! by adding logarithms, n below 1,000. */
const LN_FACTORIALS = [0]
for (let n = 1; n < 1000; n++) LN_FACTORIALS.push(LN_FACTORIALS[n - 1]! + Math.log(n))
const lnFactorial = (n: number): number => LN_FACTORIALS[n]!

/** −log10 P(K ≥ successes), K ~ Binomial(trials, p), by the sum of its terms. */
export const exactBinomialTail = (successes: number, trials: number, p: number): number => {
  const terms: number[] = []
  for (let k = successes; k <= trials; k++) {
    terms.push(
      lnFactorial(trials) -
        lnFactorial(k) -
        lnFactorial(trials - k) +
        k * Math.log(p) +
        (trials - k) * Math.log(1 - p),
    )
  }
  const top = Math.max(...terms)
  return -(top + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - top), 0))) / Math.LN10
}

/** −log10 P(X ≥ statistic) of a chi-square with an even number of degrees: a Poisson sum (its closed form). */
export const exactChiSquareTail = (statistic: number, evenFreedom: number): number => {
  const half = statistic / 2
  const terms = Array.from({ length: evenFreedom / 2 }, (_, i) => i * Math.log(half) - lnFactorial(i) - half)
  const top = Math.max(...terms)
  return -(top + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - top), 0))) / Math.LN10
}
