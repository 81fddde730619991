/** The screen, whatever it is drawn on. */
import type { PartState } from '../part-state.ts'
import type { Bitmap, Height } from './bitmap.ts'

export interface Screen {
  readonly height: Height
  readonly state: PartState
  /** What is to be seen from now on; contrast 0 to 255. Never throws and never waits. */
  show(bitmap: Bitmap, contrast: number): void
  /** Called at least each quarter second: sends, notices that the display went or came back. */
  tick(): void
  /** Nothing is seen any more. */
  close(): Promise<void>
}

/** What takes the place of a screen that is not wanted. */
export const noScreen = (sentence: string): Screen => ({
  height: 64,
  state: { part: 'screen', kind: 'absent', sentence },
  show: () => undefined,
  tick: () => undefined,
  close: () => Promise.resolve(),
})
