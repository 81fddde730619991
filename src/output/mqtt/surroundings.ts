/** Time and chance as the broker's side is given them, so that tests own both. */

/** Milliseconds everywhere. */
export interface Surroundings {
  /** Call back later; each gives the function that takes it back. */
  readonly timers: {
    readonly every: (interval: number, callback: () => void) => () => void
    readonly after: (delay: number, callback: () => void) => () => void
  }
  /** Never steps; its zero means nothing. */
  readonly now: () => number
  /** Since the epoch; steps when somebody sets the clock. */
  readonly wall: () => number
  /** From 0 up to, but not including, 1. */
  readonly random: () => number
}

export const MACHINE: Surroundings = {
  timers: {
    every: (interval, callback) => {
      const timer = setInterval(callback, interval)
      return () => clearInterval(timer)
    },
    after: (delay, callback) => {
      const timer = setTimeout(callback, delay)
      return () => clearTimeout(timer)
    },
  },
  now: () => performance.now(),
  wall: () => Date.now(),
  random: () => Math.random(),
}
