/**
 * While the machine cannot keep up, of 32 RTP packets only two neighbours come through, those whose sequence numbers are 0 and 1 modulo 32, and
 * those with the marker bit (capture/kernel-filter). What never came is then told by the pairs only.
 */

/** Numbers from one pair to the next. */
const PERIOD = 32
const PAIR = 2

/** Numbers from 0 to `sequence` that come through. */
const passedUntil = (sequence: number): number =>
  PAIR * Math.floor(sequence / PERIOD) + Math.min(PAIR, (sequence % PERIOD) + 1)

/** How many of the `step` sequence numbers behind `from` come through a sampling filter. */
export const sampledWithin = (from: number, step: number): number =>
  passedUntil(from + step) - passedUntil(from)

/** So much a sequence number may grow from one packet of the sample to the next, one lost packet allowed. */
export const SAMPLED_STEP = PERIOD + 1

/** A hole in a sampled stream: a pair and more is missing. */
export const SAMPLED_HOLE = 2 * PERIOD
