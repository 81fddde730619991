/** How long the capture ring holds what comes while nobody reads it. */
import type { RingSize } from '../../capture/index.ts'

/** Seconds until the ring is full. */
export interface RingTolerance {
  /** Every frame kept whole, at the present rate: then bytes fill it. Infinity on a silent wire. */
  readonly whole: number
  /** With the filter, which keeps little: then time fills it, because the kernel hands over a block each retire timeout, full or not. */
  readonly filtered: number
}

/** `bytesPerSecond` is what the wire carries now. */
export const ringTolerance = (ring: RingSize, bytesPerSecond: number): RingTolerance => ({
  whole: (ring.blockCount * ring.blockSize) / bytesPerSecond,
  filtered: (ring.blockCount * ring.retireMilliseconds) / 1000,
})
