/** Time as the panel is given it, so that tests own it. */

export interface PanelClock {
  /** Milliseconds; never steps. */
  readonly now: () => number
  /** Calls back later and gives the function that takes it back. */
  readonly after: (milliseconds: number, callback: () => void) => () => void
}

export const MACHINE_CLOCK: PanelClock = {
  now: () => performance.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
}

/** Resolves after so many milliseconds. */
export const waitFor = (clock: PanelClock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(milliseconds, resolve)
  })

/** Waits twice as long after each failure. */
export class BackOff {
  readonly #first: number
  readonly #most: number
  #next: number

  /** Milliseconds. */
  constructor(first: number, most: number) {
    this.#first = first
    this.#most = most
    this.#next = first
  }

  /** How long to wait now. */
  fail(): number {
    const wait = this.#next
    this.#next = Math.min(this.#most, wait * 2)
    return wait
  }

  succeed(): void {
    this.#next = this.#first
  }
}
