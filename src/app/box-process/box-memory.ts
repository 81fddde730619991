/**
 * What the box knows now, from what the engine said: calls that are up, what ended last and today, counters, health. Panel, broker and metrics are
 * told from here, so that they cannot contradict each other. Pure: time is handed in.
 */
import { GRADES, type CallReport, type Grade } from '../../core/index.ts'
import { toPanelCall, type PanelCall } from '../../output/panel/index.ts'
import {
  keyOf,
  type EngineCounters,
  type EngineHealth,
  type StateListener,
  type ToldCall,
} from '../state-protocol/index.ts'

/** The call that ended last and was judged. */
export interface LastCall {
  /** Names it among all calls of the box. */
  readonly callId: string
  readonly report: CallReport
  /** Milliseconds of the box's monotonic clock. */
  readonly at: number
}

/** Two clocks of the box, in milliseconds: one that never steps, and the wall's since the epoch. */
export interface BoxClock {
  readonly now: () => number
  readonly wall: () => number
}

export const MACHINE_CLOCK: BoxClock = { now: () => performance.now(), wall: () => Date.now() }

/** Calls by grade, none yet. */
export const noCalls = (): Record<Grade, number> =>
  Object.fromEntries(GRADES.map((grade) => [grade, 0])) as Record<Grade, number>

/** A call's name among all calls of the box, over restarts of the engine. */
export const callIdOf = ({ run, id }: { readonly run: string; readonly id: string }): string => `${run}-${id}`

/** See the head of this file. `onChange`: what lamp or broker say may be another. */
export class BoxMemory implements StateListener {
  readonly #clock: BoxClock
  readonly #onChange: () => void
  readonly #open = new Map<string, PanelCall>()
  readonly #ended = noCalls()
  #today = noCalls()
  #day = ''
  health: EngineHealth = 'starting'
  counters: EngineCounters | null = null
  /** Those of a second before. */
  countersBefore: EngineCounters | null = null
  lastCall: LastCall | null = null

  constructor(clock: BoxClock, onChange: () => void) {
    this.#clock = clock
    this.#onChange = onChange
  }

  /** Calls that are up. */
  get calls(): readonly PanelCall[] {
    return [...this.#open.values()]
  }

  get openCount(): number {
    return this.#open.size
  }

  /** Calls that ended since the box was started. */
  get ended(): Readonly<Record<Grade, number>> {
    return this.#ended
  }

  /** Calls that ended since midnight where the box stands. */
  get today(): Readonly<Record<Grade, number>> {
    this.#turnDay()
    return this.#today
  }

  onCall(call: ToldCall): void {
    this.#open.set(keyOf(call), toPanelCall(call.report, this.#clock.now()))
    this.#onChange()
  }

  onClosed(call: ToldCall): void {
    this.#open.delete(keyOf(call))
    this.#turnDay()
    const { grade } = call.report
    this.#ended[grade]++
    this.#today[grade]++
    this.lastCall = { callId: callIdOf(call), report: call.report, at: this.#clock.now() }
    this.#onChange()
  }

  /** A call of today that the journal has from before this start. */
  onEarlier(report: CallReport): void {
    this.#turnDay()
    this.#today[report.grade]++
  }

  onPhone(): void {
    // Told to the broker only.
  }

  onWire(): void {
    // What belongs to no call is in the log, and in `callseal read`.
  }

  onCounters(counters: EngineCounters): void {
    this.countersBefore = this.counters
    this.counters = counters
    this.#onChange()
  }

  onHealth(health: EngineHealth): void {
    this.health = health
    if (health !== 'good') {
      // What an engine could see that is gone says nothing of the next.
      this.counters = null
      this.countersBefore = null
    }
    this.#onChange()
  }

  #turnDay(): void {
    const day = dayOf(this.#clock.wall())
    if (day === this.#day) return
    this.#day = day
    this.#today = noCalls()
  }
}

/** The date where the box stands. */
export const dayOf = (wall: number): string => new Date(wall).toDateString()
