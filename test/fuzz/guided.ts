/**
 * A campaign led by coverage: inputs that reach code for the first time are kept and mutated further.
 *
 * Coverage costs a millisecond to read, so it is read once a batch; only if the batch reached something new is it run again in halves, to
 * find the inputs that did. What was kept is cut shorter while it still reaches the same.
 */
import type { Coverage } from './coverage.ts'
import { type FuzzTarget, reasonOf, wordsOf } from './fuzz-target.ts'
import { mutateOne, type Random, randomOf } from './mutate.ts'

/** Inputs between two looks at the coverage, and the most bytes that they may have together: not time, so that a run can be repeated. */
const BATCH = 1_000
const BATCH_BYTES = 256 * 1024
/** Sampling while an input is cut shorter costs time: only long ones, and not for long. */
const TRIM_ABOVE = 16
const TRIM_TRIES = 24

export interface Failure {
  readonly input: Uint8Array
  readonly kind: 'throws' | 'slow'
  readonly reason: string
}

export interface GuidedOptions {
  readonly seed: number
  /** Most milliseconds of CPU for one input, best of three. */
  readonly limit: number
  /** null: keep nothing but the seeds; what chance alone would find. */
  readonly coverage: Coverage | null
  /** Told before each input, so that another thread can see what hangs. */
  readonly onInput: (input: Uint8Array) => void
}

/** See the head of this file. */
export class GuidedFuzzer {
  readonly #fuzzed: FuzzTarget
  readonly #options: GuidedOptions
  readonly #random: Random
  readonly #words: Uint8Array[]
  readonly corpus: Uint8Array[] = []
  executions = 0
  /** Milliseconds of the slowest input, wall time. */
  slowest = 0

  constructor(fuzzed: FuzzTarget, options: GuidedOptions) {
    this.#fuzzed = fuzzed
    this.#options = options
    this.#random = randomOf(options.seed)
    this.#words = wordsOf(fuzzed)
  }

  /** Runs the seeds; all are kept. */
  begin(): Failure | null {
    this.corpus.push(...this.#fuzzed.seeds)
    const failure = this.#run(this.#fuzzed.seeds)
    this.#options.coverage?.sample()
    return failure
  }

  /** Runs one batch; null if nothing failed. */
  step(): Failure | null {
    const inputs: Uint8Array[] = []
    for (let bytes = 0; inputs.length < BATCH && bytes < BATCH_BYTES; bytes += inputs.at(-1)?.length ?? 0) {
      inputs.push(this.#next())
    }
    const failure = this.#run(inputs)
    if (failure !== null || this.#options.coverage === null) return failure
    if (this.#options.coverage.peek() > 0) this.#keep(inputs)
    return null
  }

  /** Runs one input as the campaign does; its failure or null. */
  tryInput(input: Uint8Array): Failure | null {
    return this.#run([input])
  }

  #next(): Uint8Array {
    // New inputs are the most promising, but not the only ones.
    const { corpus } = this
    const recent = Math.max(1, corpus.length >> 2)
    const index =
      this.#random(2) === 0 ? corpus.length - 1 - this.#random(recent) : this.#random(corpus.length + 1)
    const input = corpus[index] ?? new Uint8Array(0)
    return mutateOne(input, { inputs: corpus, words: this.#words }, this.#random)
  }

  #run(inputs: readonly Uint8Array[]): Failure | null {
    const { limit, onInput } = this.#options
    let before = performance.now()
    for (const input of inputs) {
      onInput(input)
      this.executions++
      try {
        this.#fuzzed.target(input)
      } catch (error) {
        return { input, kind: 'throws', reason: reasonOf(error) }
      }
      const now = performance.now()
      if (now - before > this.slowest) this.slowest = now - before
      if (now - before > limit && this.#isSlow(input)) {
        return { input, kind: 'slow', reason: `took over ${limit} ms of CPU, three times` }
      }
      before = performance.now()
    }
    return null
  }

  /** Slow three times in a row; the collector or a busy machine is not. */
  #isSlow(input: Uint8Array): boolean {
    for (let attempt = 0; attempt < 3; attempt++) {
      this.#options.onInput(input)
      const wall = performance.now()
      const cpu = process.cpuUsage()
      try {
        this.#fuzzed.target(input)
      } catch {
        return false
      }
      const { user, system } = process.cpuUsage(cpu)
      if (Math.min(performance.now() - wall, (user + system) / 1_000) <= this.#options.limit) return false
    }
    return true
  }

  #keep(inputs: readonly Uint8Array[]): void {
    const before = this.corpus.length
    this.#keepNew(inputs)
    // A target that does not do the same twice would be asked for ever.
    if (this.corpus.length > before) return
    this.#run(inputs)
    this.#options.coverage?.sample()
  }

  /** Halves of a batch that reached something new, down to the inputs that did. */
  #keepNew(inputs: readonly Uint8Array[]): void {
    const { coverage } = this.#options
    if (coverage === null) return
    const only = inputs[0]
    if (inputs.length === 1 && only !== undefined) {
      this.corpus.push(this.#trim(only))
      return
    }
    const middle = inputs.length >> 1
    for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
      this.#run(half)
      if (coverage.peek() > 0) this.#keepNew(half)
    }
  }

  /** Shorter while it still reaches what is new; commits it to the coverage. */
  #trim(input: Uint8Array): Uint8Array {
    const { coverage } = this.#options
    let best = input
    if (coverage !== null && input.length > TRIM_ABOVE) {
      this.#run([input])
      const wanted = coverage.peek()
      let tries = TRIM_TRIES
      for (let piece = input.length >> 1; piece >= 4 && tries > 0; piece >>= 1) {
        for (let at = 0; at < best.length && tries > 0; tries--) {
          const candidate = Uint8Array.from([...best.subarray(0, at), ...best.subarray(at + piece)])
          if (this.#run([candidate]) === null && coverage.peek() >= wanted) best = candidate
          else at += piece
        }
      }
    }
    this.#run([best])
    coverage?.sample()
    return best
  }
}
