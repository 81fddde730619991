/** Time as the two processes are given it, so that tests own it. */

/** Clocks of the machine, in microseconds. */
export interface Clocks {
  /** Never steps; its zero means nothing. */
  readonly monotonic: () => number
  /** Since the epoch; steps when somebody sets it. */
  readonly wall: () => number
}

/** Calls back later; each gives the function that takes it back. Milliseconds. */
export interface Timers {
  readonly every: (interval: number, callback: () => void) => () => void
  readonly after: (delay: number, callback: () => void) => () => void
}

export const MACHINE_CLOCKS: Clocks = {
  monotonic: () => performance.now() * 1000,
  wall: () => Date.now() * 1000,
}

export const MACHINE_TIMERS: Timers = {
  every: (interval, callback) => {
    const timer = setInterval(callback, interval)
    return () => clearInterval(timer)
  },
  after: (delay, callback) => {
    const timer = setTimeout(callback, delay)
    return () => clearTimeout(timer)
  },
}
