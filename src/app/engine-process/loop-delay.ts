/** How long the event loop was kept from its work: the first thing to rise when a machine cannot keep up. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Milliseconds between two looks, which is what no delay at all measures as. */
const RESOLUTION = 20
const NANOSECONDS = 1e6

export interface LoopDelay {
  /** Milliseconds. */
  readonly mean: number
  readonly max: number
}

/** Gives the delay since it was asked last. */
export const watchLoopDelay = (): (() => LoopDelay) => {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION })
  histogram.enable()
  return () => {
    const isEmpty = histogram.max === 0 || Number.isNaN(histogram.mean)
    const beyond = (nanoseconds: number): number =>
      isEmpty ? 0 : Math.round(Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION) * 10) / 10
    const delay = { mean: beyond(histogram.mean), max: beyond(histogram.max) }
    histogram.reset()
    return delay
  }
}
