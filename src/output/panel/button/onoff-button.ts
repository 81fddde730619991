/** The button on a pin of the header through the package onoff; pressed is low. The pull-up must be set outside of this program. */
import { headerBase } from '../gpio-chip.ts'
import type { OnoffLine, OnoffPackage } from '../onoff-package.ts'
import { reasonOf, type PartState } from '../part-state.ts'
import type { Button } from './button.ts'
import type { Edge } from './press.ts'

/** Contacts bounce for a few milliseconds. */
const DEBOUNCE = 20
/** Nobody presses more often between two looks. */
const MOST_EDGES = 64

export interface OnoffButtonOptions {
  readonly onoff: OnoffPackage
  /** Broadcom's number of the pin. */
  readonly pin: number
  readonly gpioRoot?: string
}

/** See the head of this file. The constructor throws if the line is not to be had. */
export class OnoffButton implements Button {
  readonly #line: OnoffLine
  #edges: Edge[] = []
  #state: PartState

  constructor({ onoff, pin, gpioRoot }: OnoffButtonOptions) {
    const options = { debounceTimeout: DEBOUNCE, activeLow: true }
    this.#line = new onoff.Gpio(headerBase(gpioRoot) + pin, 'in', 'both', options)
    const sentence = `The button is on GPIO ${pin}; its pull-up must be set by the system (gpio=${pin}=ip,pu in config.txt).`
    this.#state = { part: 'button', kind: 'limited', sentence }
    this.#line.watch((error, value) => {
      if (error !== null && error !== undefined) this.#fail(error)
      else if (this.#edges.length < MOST_EDGES) this.#edges.push(value === 1 ? 'press' : 'release')
    })
  }

  get state(): PartState {
    return this.#state
  }

  poll(): readonly Edge[] {
    const edges = this.#edges
    this.#edges = []
    return edges
  }

  close(): void {
    this.#line.unexport()
  }

  #fail(error: unknown): void {
    this.#edges.push('lost')
    this.#state = {
      part: 'button',
      kind: 'failing',
      sentence: `The button cannot be read (${reasonOf(error)}).`,
    }
  }
}
