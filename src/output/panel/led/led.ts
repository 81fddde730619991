/** The three lights, whatever drives them. */
import type { PartState } from '../part-state.ts'
import type { Lights } from './lamps.ts'

export interface Leds {
  readonly state: PartState
  /** Called at each change and at least each quarter second; never throws and never waits. `now` in milliseconds of a monotonic clock. */
  show(lights: Lights, now: number): void
  /** All dark. */
  close(): void
}

/** What takes the place of lights that are not there. */
export const noLeds = (sentence: string): Leds => ({
  state: { part: 'leds', kind: 'absent', sentence },
  show: () => undefined,
  close: () => undefined,
})
