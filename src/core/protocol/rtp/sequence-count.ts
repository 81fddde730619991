/** How many packets of a stream should have come, by their sequence numbers, and where there were holes. */
import { SECOND } from '../../base/clock.ts'
import { SAMPLED_HOLE, sampledWithin } from './sampling.ts'

const HOLE = SECOND
/** Sequence jumps of at least this are a restart of the sender, not loss (RFC 3550 A.1 MAX_DROPOUT). */
export const SEQUENCE_RESTART = 3000

/** See the head of this file. */
export class SequenceCount {
  expected = 0
  /** Times when more than a second was missing. */
  holes = 0
  /** Packets came while only a sample of them was let through. */
  wasSampled = false

  /**
   * One packet whose sequence number is `step` above `last`, `pause` microseconds after the packet before; false if the sender began anew, and it
   * has no neighbour to be measured against.
   */
  onStep(last: number, step: number, pause: number, isSampled: boolean): boolean {
    this.wasSampled ||= isSampled
    const isRestart = step >= SEQUENCE_RESTART
    this.expected += isRestart ? 1 : isSampled ? Math.max(1, sampledWithin(last, step)) : step
    // A pause of the sender loses no sequence numbers; a hole in what we see does.
    if (pause > HOLE && (isRestart || step > (isSampled ? SAMPLED_HOLE : 2))) this.holes++
    return !isRestart
  }
}
