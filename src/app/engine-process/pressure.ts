/**
 * When to look at a sample of the media instead of all of it: while the machine cannot keep up (CAPTURE: it degrades by sampling, never by
 * dropping). Pure; asked once a second; never changes its mind twice within ten seconds.
 */

/** Share of the ring above which it is about to overflow. */
const FULL = 0.5
/** Milliseconds without any sign of pressure before everything is looked at again, and between two changes. */
const CALM = 10_000

export interface PressureSample {
  /** Milliseconds of a clock that never steps. */
  readonly at: number
  /** Share of the ring that waits to be read, 0 to 1; null if unknown. */
  readonly fill: number | null
  /** Frames lost so far. */
  readonly dropped: number
}

/** See the head of this file. */
export class PressureControl {
  #mode: 'full' | 'sampling' = 'full'
  #changedAt = -Infinity
  #pressedAt = -Infinity
  #dropped: number | null = null
  #isRefused = false

  get mode(): 'full' | 'sampling' {
    return this.#mode
  }

  /** The mode to switch to now; null: as it is. Answer with onRefused() if the source cannot. */
  onSample({ at, fill, dropped }: PressureSample): 'full' | 'sampling' | null {
    const isPressed = (fill ?? 0) > FULL || dropped > (this.#dropped ?? dropped)
    this.#dropped = dropped
    if (isPressed) this.#pressedAt = at
    if (this.#isRefused || at - this.#changedAt < CALM) return null
    if (this.#mode === 'full' && isPressed) return this.#change('sampling', at)
    if (this.#mode === 'sampling' && at - this.#pressedAt >= CALM) return this.#change('full', at)
    return null
  }

  /** The source has no filter to switch: it is not asked again. */
  onRefused(): void {
    this.#isRefused = true
    this.#mode = 'full'
  }

  #change(mode: 'full' | 'sampling', at: number): 'full' | 'sampling' {
    this.#mode = mode
    this.#changedAt = at
    return mode
  }
}
