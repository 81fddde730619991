/** What the watching thread (campaign.ts) and the working one (fuzz-worker.ts) say to each other. */
import type { CoverageCounts } from './coverage.ts'

export type PlantedName = 'crash' | 'slow' | 'hang'

/** What the worker is to do. */
export interface Assignment {
  /** Name of a file in targets/, or of a planted bug. */
  readonly target: string
  readonly isPlanted: boolean
  readonly isGuided: boolean
  readonly seed: number
  /** Most executions; Infinity: until the time is over. */
  readonly runs: number
  readonly milliseconds: number
  /** Most milliseconds of CPU for one input. */
  readonly limit: number
  /** The current input, so that it is known even if the worker never comes back: see CurrentInput. */
  readonly shared: SharedArrayBuffer
}

/** How far the worker is. */
export interface Progress {
  readonly executions: number
  readonly corpus: number
  readonly coverage: CoverageCounts | null
  readonly slowest: number
}

/** A failing input, made small. */
export interface FoundFailure {
  readonly kind: 'throws' | 'slow' | 'hangs'
  readonly reason: string
  readonly input: Uint8Array
  readonly original: Uint8Array
}

export type Message =
  | { readonly type: 'progress'; readonly progress: Progress }
  | {
      readonly type: 'end'
      readonly progress: Progress
      readonly failure: FoundFailure | null
      readonly unreached: readonly string[]
    }

const HEADER_WORDS = 2
const MAX_BYTES = 70_000

/** The input that is running now, in memory that both threads see. */
export class CurrentInput {
  static readonly size = 4 * HEADER_WORDS + MAX_BYTES
  readonly #header: Int32Array
  readonly #bytes: Uint8Array

  constructor(shared: SharedArrayBuffer) {
    this.#header = new Int32Array(shared, 0, HEADER_WORDS)
    this.#bytes = new Uint8Array(shared, 4 * HEADER_WORDS)
  }

  /** Rises with each input. */
  get ordinal(): number {
    return Atomics.load(this.#header, 0)
  }

  write(input: Uint8Array): void {
    this.#bytes.set(input)
    this.#header[1] = input.length
    Atomics.add(this.#header, 0, 1)
  }

  read(): Uint8Array {
    return Uint8Array.from(this.#bytes.subarray(0, this.#header[1]))
  }
}
