/**
 * How long the event loop was kept from its work: the first thing to rise when a machine cannot keep up. Measured by how late a timer comes that
 * there is anyway: a histogram of Node's own would wake the program fifty times a second, which costs more than to read the wire.
 */

export interface LoopDelay {
  /** Milliseconds. */
  readonly mean: number
  readonly max: number
}

const MICROSECONDS = 1000

const rounded = (microseconds: number): number => Math.round(microseconds / 100) / 10

/** See the head of this file. */
export class LoopDelayWatch {
  /** Microseconds between two calls of onTimer, if nothing delays them. */
  readonly #interval: number
  #last: number | null = null
  #sum = 0
  #max = 0
  #count = 0

  /** `interval` of the timer in milliseconds. */
  constructor(interval: number) {
    this.#interval = interval * MICROSECONDS
  }

  /** The timer came, at `now` in microseconds of a clock that never steps. */
  onTimer(now: number): void {
    if (this.#last !== null) {
      const late = Math.max(0, now - this.#last - this.#interval)
      this.#sum += late
      this.#count++
      if (late > this.#max) this.#max = late
    }
    this.#last = now
  }

  /** The delay since it was asked last. */
  take(): LoopDelay {
    const delay = { mean: rounded(this.#count === 0 ? 0 : this.#sum / this.#count), max: rounded(this.#max) }
    this.#sum = 0
    this.#count = 0
    this.#max = 0
    return delay
  }
}
