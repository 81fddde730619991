/** What a press means, by its length: short turns the page, HOLD_SURVEY starts or stops a survey, HOLD_POWER_OFF puts the machine off. Pure. */
import { HOLD_POWER_OFF, HOLD_SURVEY } from '../screen/screen-model.ts'

/** `lost`: nobody knows how the button is any more. */
export type Edge = 'press' | 'release' | 'lost'

export type PressMeaning = 'page' | 'survey' | 'power-off'

/** Times in milliseconds of a monotonic clock. */
export class PressModel {
  #since: number | null = null
  /** Its meaning was told while it was held. */
  #isSpent = false

  /** How long the button is held; null: it is not, or it has said what it meant. */
  heldFor(now: number): number | null {
    return this.#since === null || this.#isSpent ? null : now - this.#since
  }

  onEdge(edge: Edge, now: number): PressMeaning | null {
    const held = this.heldFor(now)
    // A second press without a release between is the first one, still held.
    if (edge === 'press') {
      this.#since ??= now
      return null
    }
    this.#since = null
    this.#isSpent = false
    if (edge === 'lost' || held === null) return null
    return meaningOf(held)
  }

  /** The longest press means something before it ends. */
  onTick(now: number): PressMeaning | null {
    const held = this.heldFor(now)
    if (held === null || held < HOLD_POWER_OFF) return null
    this.#isSpent = true
    return 'power-off'
  }
}

const meaningOf = (held: number): PressMeaning => {
  if (held >= HOLD_POWER_OFF) return 'power-off'
  return held >= HOLD_SURVEY ? 'survey' : 'page'
}
