/** Lights that are switched on and off and nothing more: a glimpse is ended by a timer. */
import type { PanelClock } from '../time.ts'
import { COLOURS, DARK, PULSE, type Colour, type Light, type Lights } from './lamps.ts'

/** May throw. */
export type Switch = (colour: Colour, isOn: boolean) => void

export interface PlainLightsOptions {
  readonly clock: PanelClock
  /** Of a light that was to go off by a timer. */
  readonly onError: (error: unknown) => void
}

export class PlainLights {
  readonly #switch: Switch
  readonly #options: PlainLightsOptions
  /** Null: nobody knows, so it is switched. */
  readonly #last = new Map<Colour, Light>()
  readonly #cancels = new Map<Colour, () => void>()

  constructor(onSwitch: Switch, options: PlainLightsOptions) {
    this.#switch = onSwitch
    this.#options = options
  }

  /** Throws what the switch throws. */
  show(lights: Lights): void {
    for (const colour of COLOURS) this.#showOne(colour, lights[colour])
  }

  /** Nothing is switched later. */
  close(): void {
    for (const cancel of this.#cancels.values()) cancel()
    this.#cancels.clear()
  }

  /** All off; throws what the switch throws. */
  darken(): void {
    this.show(DARK)
  }

  #showOne(colour: Colour, light: Light): void {
    if (this.#last.get(colour) === light) return
    this.#cancels.get(colour)?.()
    this.#cancels.delete(colour)
    this.#switch(colour, light !== 'off')
    this.#last.set(colour, light)
    if (light === 'pulse')
      this.#cancels.set(
        colour,
        this.#options.clock.after(PULSE, () => this.#end(colour)),
      )
  }

  #end(colour: Colour): void {
    try {
      this.#switch(colour, false)
    } catch (error) {
      this.#options.onError(error)
    }
  }
}
