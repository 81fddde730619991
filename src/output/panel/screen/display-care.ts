/** What keeps a display alive and a bedroom dark: its brightness by the hour, and the slow wandering of the picture. Pure. */
import type { PanelState } from '../panel-state.ts'

/** Contrast register of the display, 0 to 255. */
export const DAY_CONTRAST = 0x8f
export const NIGHT_CONTRAST = 0x01

/** Hours of the day; a night may go over midnight. */
export interface Night {
  readonly from: number
  readonly to: number
}
export const NIGHT: Night = { from: 22, to: 7 }

/** An unknown hour is day: a dark display looks dead. */
export const contrastAt = (hour: PanelState['hour'], night: Night = NIGHT): number => {
  if (hour === null || !Number.isFinite(hour)) return DAY_CONTRAST
  const isNight =
    night.from <= night.to ? hour >= night.from && hour < night.to : hour >= night.from || hour < night.to
  return isNight ? NIGHT_CONTRAST : DAY_CONTRAST
}

/** So long the picture stays at one place, in milliseconds. */
const STAY = 60_000
const PLACES: readonly (readonly [right: number, down: number])[] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
]

/** Where the picture stands now, in dots right and down. */
export const shiftAt = (now: number): readonly [right: number, down: number] =>
  PLACES[Math.floor(now / STAY) % PLACES.length] ?? [0, 0]
