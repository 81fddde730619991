/** How long to wait before the next try: longer after each, short again after something has held for a while. Pure. */

/** Milliseconds. */
const SHORTEST = 250
const LONGEST = 5000
/** What held for so long was no try. */
const STEADY = 30_000

export class BackOff {
  #next = SHORTEST
  #begunAt = 0

  /** A try begins. */
  onTry(now: number): void {
    this.#begunAt = now
  }

  /** It failed; gives the milliseconds to wait. */
  onFailure(now: number): number {
    if (now - this.#begunAt >= STEADY) this.#next = SHORTEST
    const wait = this.#next
    this.#next = Math.min(LONGEST, this.#next * 2)
    return wait
  }
}
