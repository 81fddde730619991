/** Which lamp the box shows: what the screen says in a word, unless somebody looks for the box or it goes off. Pure. */
import type { PanelState } from '../panel-state.ts'
import { verdictShown } from '../verdict-shown.ts'
import type { LampName } from './lamps.ts'

/** `identifyUntil` in milliseconds of the same clock as `now`. */
export const lampOf = (state: PanelState, now: number, identifyUntil = -Infinity): LampName => {
  if (now < identifyUntil) return 'identify'
  return verdictShown(state, now).lamp
}
