/** Lights on pins of the header through the package onoff: nobody puts them out when this program hangs, and the state says so. */
import { headerBase } from '../gpio-chip.ts'
import type { OnoffLine, OnoffPackage } from '../onoff-package.ts'
import { reasonOf, type PartState } from '../part-state.ts'
import type { Pins } from '../pins.ts'
import type { PanelClock } from '../time.ts'
import { COLOURS, type Colour, type Lights } from './lamps.ts'
import type { Leds } from './led.ts'
import { PlainLights } from './plain-lights.ts'

export interface OnoffLedsOptions {
  readonly onoff: OnoffPackage
  readonly pins: Pins['leds']
  readonly clock: PanelClock
  readonly gpioRoot?: string
}

const LIMITED: PartState = {
  part: 'leds',
  kind: 'limited',
  sentence:
    'The lights are on GPIO pins: one stays on if this program hangs. The device-tree overlay in hardware/ puts that right.',
}

/** See the head of this file. The constructor throws if the lines are not to be had. */
export class OnoffLeds implements Leds {
  readonly #lines = new Map<Colour, OnoffLine>()
  readonly #lights: PlainLights
  #state = LIMITED

  constructor({ onoff, pins, clock, gpioRoot }: OnoffLedsOptions) {
    const base = headerBase(gpioRoot)
    try {
      for (const colour of COLOURS) this.#lines.set(colour, new onoff.Gpio(base + pins[colour], 'low'))
    } catch (error) {
      this.#release()
      throw error
    }
    this.#lights = new PlainLights((colour, isOn) => this.#lines.get(colour)?.writeSync(isOn ? 1 : 0), {
      clock,
      onError: (error) => this.#fail(error),
    })
  }

  get state(): PartState {
    return this.#state
  }

  show(lights: Lights): void {
    try {
      this.#lights.show(lights)
      this.#state = LIMITED
    } catch (error) {
      this.#fail(error)
    }
  }

  close(): void {
    this.#lights.close()
    try {
      this.#lights.darken()
    } catch (error) {
      this.#fail(error)
    }
    this.#release()
  }

  #release(): void {
    for (const line of this.#lines.values()) line.unexport()
    this.#lines.clear()
  }

  #fail(error: unknown): void {
    const sentence = `The lights on GPIO pins cannot be switched (${reasonOf(error)}): look for another program that uses them.`
    this.#state = { part: 'leds', kind: 'failing', sentence }
  }
}
