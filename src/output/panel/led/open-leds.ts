/** Takes the best lights that the machine has: the kernel's, else pins of the header, else none. */
import { loadOnoff } from '../onoff-package.ts'
import { reasonOf } from '../part-state.ts'
import type { Pins } from '../pins.ts'
import type { PanelClock } from '../time.ts'
import { hasKernelLeds, KernelLeds, LEDS_ROOT } from './kernel-leds.ts'
import { noLeds, type Leds } from './led.ts'
import { OnoffLeds } from './onoff-leds.ts'

export interface OpenLedsOptions {
  readonly pins: Pins['leds']
  readonly clock: PanelClock
  /** Only this one. */
  readonly way?: 'auto' | 'kernel' | 'onoff'
  readonly ledsRoot?: string
  readonly gpioRoot?: string
}

/** Never rejects: what is missing is a state. */
export const openLeds = async ({
  pins,
  clock,
  way = 'auto',
  ledsRoot = LEDS_ROOT,
  gpioRoot,
}: OpenLedsOptions): Promise<Leds> => {
  if (way !== 'onoff' && hasKernelLeds(ledsRoot)) return new KernelLeds({ clock, root: ledsRoot })
  if (way === 'kernel') return noLeds(`There are no lights callseal:red, amber and green in ${ledsRoot}.`)
  try {
    const onoff = await loadOnoff()
    return new OnoffLeds({ onoff, pins, clock, ...(gpioRoot === undefined ? {} : { gpioRoot }) })
  } catch (error) {
    return noLeds(`There are no lights: none in ${ledsRoot}, and on pins: ${reasonOf(error)}.`)
  }
}
