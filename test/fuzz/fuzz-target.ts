/**
 * Mutation fuzzing without tools, as the tests use it: seeds and grammar words of a target are damaged by a seeded generator, so that a run
 * can be repeated exactly. A target fails by throwing, or by taking longer for one input than anything on the wire may take. The long
 * campaign, led by coverage, is in guided.ts.
 */
import { mutate, randomOf } from './mutate.ts'

/** What a file of test/fuzz/targets exports. */
export interface FuzzTarget {
  /** Throws if the code under test throws or breaks its bounds. Must do the same for the same bytes. */
  readonly target: (bytes: Uint8Array) => void
  readonly seeds: readonly Uint8Array[]
  /** Words of the protocol, latin-1: one character a byte. */
  readonly grammar?: readonly string[]
  /** Beginnings of the paths of the files under test, from the project's root; without it, all of src/core. */
  readonly covers?: readonly string[]
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

/** The words of a target as bytes. */
export const wordsOf = (fuzzed: FuzzTarget): Uint8Array[] =>
  (fuzzed.grammar ?? []).map((word) => Uint8Array.from(word, (char) => char.charCodeAt(0)))

/** Tries `options.runs` inputs; stops at the first failure. The seeds themselves come first. */
export const fuzz = (fuzzed: FuzzTarget, options: FuzzOptions): FuzzOutcome => {
  const random = randomOf(options.seed)
  const words = wordsOf(fuzzed)
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
      return { reason: reasonOf(error), took: 0 }
    }
    took = clock() - start
  }
  return { reason: took > limit ? `took ${took.toFixed(0)} ms, three times` : null, took }
}

/** A thrown value as text, with its stack. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)
