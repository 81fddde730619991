/**
 * The engine's time on a live wire: the wall clock at the start of the run, and from then on the monotonic clock, so that whoever sets the
 * machine's clock (a Pi that learns the year from the network, say) moves no frame. Frames are stamped by the kernel with the wall clock; they are moved onto the
 * engine's time by the difference of the two clocks, which is looked at again and again.
 */
import { micros, SECOND, type Micros } from '../../core/index.ts'
import type { Clocks } from '../timers.ts'

const MILLISECOND = SECOND / 1000

/** The difference of the clocks changes by less than this while nobody sets them. */
const STEP = 250 * MILLISECOND
/** The wall clock is read in milliseconds: smaller differences are none. */
const NOISE = 2 * MILLISECOND
/** A frame is older than this only if its stamp is of another clock. */
const OLDEST = 10 * SECOND
/** A frame is newer than the last look at the clock by less than this, or it is time for another look. */
const AHEAD = 250 * MILLISECOND
/** Before this release was made no clock was right. */
const RELEASED = Date.UTC(2026, 0, 1) * 1000

/** See the head of this file. */
export class LiveClock {
  /** How often the wall clock was set. */
  steps = 0
  readonly #clocks: Clocks
  #wallAtStart: number
  #startedAt: number
  /** Wall clock minus engine's time, now and before the last step. */
  #offset = 0
  #offsetBefore = 0
  #now: Micros

  constructor(clocks: Clocks) {
    this.#clocks = clocks
    this.#wallAtStart = clocks.wall()
    this.#startedAt = clocks.monotonic()
    this.#now = micros(this.#wallAtStart)
  }

  /** The engine's time by the last look at the clocks. */
  get now(): Micros {
    return this.#now
  }

  get wall(): number {
    return this.#now + this.#offset
  }

  /** The wall clock is not obviously wrong. */
  get isTrusted(): boolean {
    return this.wall >= RELEASED
  }

  /** Another run begins: the engine's time is the wall clock again. */
  restart(): void {
    this.#wallAtStart = this.#clocks.wall()
    this.#startedAt = this.#clocks.monotonic()
    this.#offsetBefore = this.#offset = 0
    this.#now = micros(this.#wallAtStart)
  }

  /** Looks at both clocks; gives the engine's time. */
  look(): Micros {
    this.#now = micros(this.#wallAtStart + this.#clocks.monotonic() - this.#startedAt)
    const offset = this.#clocks.wall() - this.#now
    const change = Math.abs(offset - this.#offset)
    if (change >= STEP) {
      this.steps++
      this.#offsetBefore = this.#offset
    }
    if (change >= NOISE) this.#offset = offset
    return this.#now
  }

  /** A frame's stamp of the wall clock as the engine's time; what fits neither the clock of now nor the one before came just now. */
  toEngineTime(stamp: Micros): Micros {
    const at = stamp - this.#offset
    if (at <= this.#now + AHEAD && at >= this.#now - OLDEST) return micros(at)
    // Of a batch only the first needs a look at the clocks: two of them for each packet would cost more than its counting.
    const usual = stamp - this.#offset
    if (usual <= this.#now && usual >= this.#now - OLDEST) return micros(usual)
    const now = this.look()
    for (const offset of [this.#offset, this.#offsetBefore]) {
      const moved = stamp - offset
      if (moved <= now + AHEAD && moved >= now - OLDEST) return micros(Math.min(moved, now))
    }
    return now
  }
}
