/** What the three lights do for each lamp, as a table of quarter seconds. Pure. */

/** What the box says with its lights; LAMP_TABLE says how it looks and what it means. */
export type LampName =
  'red' | 'amber' | 'green' | 'amber-blink' | 'fault' | 'idle' | 'listening' | 'identify' | 'dark'

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

export interface LampRow {
  /** One entry a step, then again from the first. */
  readonly pattern: readonly Lights[]
  /** For people; README's table is printed from these. */
  readonly looks: string
  readonly means: string
}

export const LAMP_TABLE: Readonly<Record<LampName, LampRow>> = {
  red: { pattern: [RED], looks: 'red', means: 'open: somebody on this wire can hear a call' },
  'amber-blink': {
    pattern: [AMBER, AMBER, DARK, DARK],
    looks: 'amber, blinking',
    means: 'cannot tell: the packets do not prove it either way, or not everything is seen',
  },
  amber: { pattern: [AMBER], looks: 'amber', means: 'partly private: see the screen for what is not' },
  green: {
    pattern: [GREEN],
    looks: 'green',
    means: 'private: every call that is up, else the one that ended last',
  },
  listening: {
    pattern: [{ ...DARK, amber: 'pulse' }, DARK, DARK, DARK],
    looks: 'amber, a glimpse a second',
    means: 'a call has begun, or the box has: nothing is known yet',
  },
  idle: {
    pattern: [{ ...DARK, green: 'pulse' }, ...Array.from({ length: 11 }, () => DARK)],
    looks: 'green, a glimpse every three seconds',
    means: 'no call now or in the last minute; the box is awake',
  },
  fault: {
    pattern: [RED, RED, AMBER, AMBER],
    looks: 'red and amber in turns',
    means: 'out of order or blind: the screen says what to do',
  },
  identify: {
    pattern: [ALL, DARK],
    looks: 'all three, blinking fast',
    means: 'somebody asked which box this is',
  },
  dark: {
    pattern: [DARK],
    looks: 'none',
    means: 'no power, or the program hangs or is gone: nothing is known',
  },
}

/** What the lights do at a time, in milliseconds of a monotonic clock. */
export const lightsOf = (lamp: LampName, now: number): Lights => {
  const { pattern } = LAMP_TABLE[lamp]
  return pattern[Math.floor(now / STEP) % pattern.length] ?? DARK
}
