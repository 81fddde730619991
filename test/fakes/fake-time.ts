/** Clocks and timers that a test moves by hand. */
import type { Clocks, Timers } from '../../src/app/timers.ts'

interface Timer {
  at: number
  readonly interval: number | null
  readonly callback: () => void
}

/** Times in milliseconds; `wall` may be set. */
export class FakeTime {
  now = 1000
  wall = Date.UTC(2026, 10, 23, 12)
  readonly #timers = new Set<Timer>()

  readonly clocks: Clocks = { monotonic: () => this.now * 1000, wall: () => this.wall * 1000 }

  readonly timers: Timers = {
    every: (interval, callback) => this.#add({ at: this.now + interval, interval, callback }),
    after: (delay, callback) => this.#add({ at: this.now + delay, interval: null, callback }),
  }

  /** Lets time pass, and calls back what is due, in order. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds
    for (let next = this.#due(end); next !== null; next = this.#due(end)) {
      this.#moveTo(next.at)
      if (next.interval === null) this.#timers.delete(next)
      else next.at += next.interval
      next.callback()
    }
    this.#moveTo(end)
  }

  get pending(): number {
    return this.#timers.size
  }

  #moveTo(at: number): void {
    this.wall += at - this.now
    this.now = at
  }

  #due(end: number): Timer | null {
    let first: Timer | null = null
    for (const timer of this.#timers)
      if (timer.at <= end && (first === null || timer.at < first.at)) first = timer
    return first
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }
}
