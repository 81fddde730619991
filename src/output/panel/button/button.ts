/** The button, whatever it is connected to. */
import type { PartState } from '../part-state.ts'
import type { Edge } from './press.ts'

export interface Button {
  readonly state: PartState
  /** What happened since it was asked last; asked at least each quarter second. Never throws and never waits. */
  poll(now: number): readonly Edge[]
  close(): void
}

/** What takes the place of a button that is not there. */
export const noButton = (sentence: string): Button => ({
  state: { part: 'button', kind: 'absent', sentence },
  poll: () => [],
  close: () => undefined,
})
