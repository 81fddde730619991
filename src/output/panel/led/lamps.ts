/** What the three lights do for each lamp, as a table of quarter seconds. Pure. */

/** What the box says with its lights. */
export type LampName =
  | 'red'
  | 'amber'
  | 'green'
  /** Cannot tell. */
  | 'amber-blink'
  /** Out of order or blind. */
  | 'fault'
  /** Alive, and no call is there to judge. */
  | 'idle'
  /** Alive, and nothing is known yet. */
  | 'listening'
  /** Which of the boxes is it? */
  | 'identify'
  | 'dark'

/** A pulse is a glimpse of light, PULSE milliseconds long: on lights that cannot be dimmed this is dim. */
export type Light = 'off' | 'on' | 'pulse'

export interface Lights {
  readonly red: Light
  readonly amber: Light
  readonly green: Light
}

export const COLOURS = ['red', 'amber', 'green'] as const
export type Colour = (typeof COLOURS)[number]

/** Length of a glimpse, in milliseconds. */
export const PULSE = 60

export const DARK: Lights = { red: 'off', amber: 'off', green: 'off' }
const RED: Lights = { ...DARK, red: 'on' }
const AMBER: Lights = { ...DARK, amber: 'on' }
const GREEN: Lights = { ...DARK, green: 'on' }
const ALL: Lights = { red: 'on', amber: 'on', green: 'on' }

/** So long is one step of a pattern, in milliseconds. */
const STEP = 250

/** One entry a step, then again from the first. */
const PATTERNS: Readonly<Record<LampName, readonly Lights[]>> = {
  red: [RED],
  amber: [AMBER],
  green: [GREEN],
  'amber-blink': [AMBER, AMBER, DARK, DARK],
  fault: [RED, RED, AMBER, AMBER],
  idle: [{ ...DARK, green: 'pulse' }, ...Array.from({ length: 11 }, () => DARK)],
  listening: [{ ...DARK, amber: 'pulse' }, DARK, DARK, DARK],
  identify: [ALL, DARK],
  dark: [DARK],
}

/** What the lights do at a time, in milliseconds of a monotonic clock. */
export const lightsOf = (lamp: LampName, now: number): Lights => {
  const pattern = PATTERNS[lamp]
  return pattern[Math.floor(now / STEP) % pattern.length] ?? DARK
}
