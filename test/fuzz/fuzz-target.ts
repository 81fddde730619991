/**
 * Mutation fuzzing without tools: seeds and grammar words of a target are cut, joined, repeated and damaged by a seeded generator, so that a
 * run can be repeated exactly. A target fails by throwing, or by taking longer for one input than anything on the wire may take.
 */

/** What a file of test/fuzz/targets exports. */
export interface FuzzTarget {
  /** Throws if the code under test throws or breaks its bounds. */
  readonly target: (bytes: Uint8Array) => void
  readonly seeds: readonly Uint8Array[]
  /** Words of the protocol, latin-1: one character a byte. */
  readonly grammar?: readonly string[]
}

export interface FuzzOptions {
  readonly seed: number
  /** Inputs to try. */
  readonly runs: number
  /** Most milliseconds for one input, tried three times before it counts; Infinity: no limit. */
  readonly limit: number
  /** Milliseconds, rising. */
  readonly clock: () => number
}

export interface FuzzFailure {
  readonly run: number
  readonly input: Uint8Array
  readonly reason: string
}

export interface FuzzOutcome {
  readonly runs: number
  readonly failure: FuzzFailure | null
  /** Milliseconds of the slowest input. */
  readonly slowest: number
}

const MAX_INPUT = 70_000
/** Bytes at the edges of what parsers decide by. */
const EDGES = [0, 1, 0x0a, 0x0d, 0x20, 0x22, 0x2d, 0x30, 0x3a, 0x3b, 0x7f, 0x80, 0xfe, 0xff]

/** A seeded generator (mulberry32): whole numbers in [0, bound). */
export const randomOf = (seed: number): ((bound: number) => number) => {
  let state = seed >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

/** Tries `options.runs` inputs; stops at the first failure. The seeds themselves come first. */
export const fuzz = (fuzzed: FuzzTarget, options: FuzzOptions): FuzzOutcome => {
  const random = randomOf(options.seed)
  const words = (fuzzed.grammar ?? []).map((word) => Uint8Array.from(word, (char) => char.charCodeAt(0)))
  let slowest = 0
  for (let run = 0; run < options.runs; run++) {
    const input = fuzzed.seeds[run] ?? mutate(fuzzed.seeds, words, random)
    const { reason, took } = tryInput(fuzzed, input, options)
    slowest = Math.max(slowest, took)
    if (reason !== null) return { runs: run + 1, failure: { run, input, reason }, slowest }
  }
  return { runs: options.runs, failure: null, slowest }
}

const tryInput = (fuzzed: FuzzTarget, input: Uint8Array, { limit, clock }: FuzzOptions) => {
  let took = 0
  // A slow first try may be the collector's or the machine's; the third of three is not.
  for (let attempt = 0; attempt === 0 || (attempt < 3 && took > limit); attempt++) {
    const start = clock()
    try {
      fuzzed.target(input.slice())
    } catch (error) {
      return { reason: error instanceof Error ? (error.stack ?? error.message) : String(error), took: 0 }
    }
    took = clock() - start
  }
  return { reason: took > limit ? `took ${took.toFixed(0)} ms, three times` : null, took }
}

type Random = (bound: number) => number

/** One damaged input: a seed, or nothing, after one to eight mutations. */
export const mutate = (
  seeds: readonly Uint8Array[],
  words: readonly Uint8Array[],
  random: Random,
): Uint8Array => {
  let input =
    (seeds.length > 0 && random(16) > 0 ? seeds[random(seeds.length)] : undefined) ?? new Uint8Array(0)
  for (let rounds = 1 + random(8); rounds > 0; rounds--) {
    const mutation = MUTATIONS[random(MUTATIONS.length)]
    if (mutation !== undefined) input = mutation(input, seeds, words, random).slice(0, MAX_INPUT)
  }
  return input
}

type Mutation = (
  input: Uint8Array,
  seeds: readonly Uint8Array[],
  words: readonly Uint8Array[],
  random: Random,
) => Uint8Array

const MUTATIONS: readonly Mutation[] = [
  function flipBit(input, _seeds, _words, random) {
    const copy = input.slice()
    const at = random(copy.length + 1)
    if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << random(8))
    return copy
  },
  function setByte(input, _seeds, _words, random) {
    const copy = input.slice()
    const at = random(copy.length + 1)
    if (at < copy.length) copy[at] = random(2) === 0 ? random(256) : (EDGES[random(EDGES.length)] ?? 0)
    return copy
  },
  function cutEnd(input, _seeds, _words, random) {
    return input.slice(0, random(input.length + 1))
  },
  function dropRange(input, _seeds, _words, random) {
    const at = random(input.length + 1)
    return join(input.subarray(0, at), input.subarray(at + random(input.length - at + 1)))
  },
  function repeatRange(input, _seeds, _words, random) {
    const at = random(input.length + 1)
    const range = input.subarray(at, at + 1 + random(64))
    return join(input.subarray(0, at), ...repeated(range, random), input.subarray(at))
  },
  function insertWord(input, _seeds, words, random) {
    const at = random(input.length + 1)
    return join(input.subarray(0, at), ...chosen(words, random), input.subarray(at))
  },
  function repeatWord(input, _seeds, words, random) {
    const at = random(input.length + 1)
    const run = chosen(words, random).flatMap((word) => repeated(word, random))
    return join(input.subarray(0, at), ...run, input.subarray(at))
  },
  function spliceSeed(input, seeds, _words, random) {
    const other = chosen(seeds, random)
    return join(
      input.subarray(0, random(input.length + 1)),
      ...other.map((seed) => seed.subarray(random(seed.length + 1))),
    )
  },
  function insertNoise(input, _seeds, _words, random) {
    const at = random(input.length + 1)
    const noise = Uint8Array.from({ length: 1 + random(32) }, () => random(256))
    return join(input.subarray(0, at), noise, input.subarray(at))
  },
]

/** One of a list as a list of one, or nothing of an empty one. */
const chosen = (list: readonly Uint8Array[], random: Random): Uint8Array[] => {
  const one = list.length === 0 ? undefined : list[random(list.length)]
  return one === undefined ? [] : [one]
}

/** The same bytes again and again: mostly a few times, sometimes thousands. */
const repeated = (bytes: Uint8Array, random: Random): Uint8Array[] =>
  new Array<Uint8Array>(random(8) === 0 ? 1 + random(5_000) : 1 + random(4)).fill(bytes)

const join = (...parts: readonly Uint8Array[]): Uint8Array => {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const joined = new Uint8Array(Math.min(length, MAX_INPUT))
  let at = 0
  for (const part of parts) {
    const room = joined.length - at
    if (room <= 0) break
    joined.set(part.length > room ? part.subarray(0, room) : part, at)
    at += Math.min(part.length, room)
  }
  return joined
}
