/** What the engine says, told to several who hear it in this order. */
import type { StateListener } from '../state-protocol/index.ts'

/** See the head of this file. */
export class ListenerFan implements StateListener {
  readonly #listeners: readonly StateListener[]

  constructor(listeners: readonly StateListener[]) {
    this.#listeners = listeners
  }

  onCall(call: Parameters<StateListener['onCall']>[0]): void {
    for (const listener of this.#listeners) listener.onCall(call)
  }

  onClosed(call: Parameters<StateListener['onClosed']>[0]): void {
    for (const listener of this.#listeners) listener.onClosed(call)
  }

  onPhone(report: Parameters<StateListener['onPhone']>[0]): void {
    for (const listener of this.#listeners) listener.onPhone(report)
  }

  onWire(report: Parameters<StateListener['onWire']>[0]): void {
    for (const listener of this.#listeners) listener.onWire(report)
  }

  onCounters(counters: Parameters<StateListener['onCounters']>[0]): void {
    for (const listener of this.#listeners) listener.onCounters(counters)
  }

  onHealth(health: Parameters<StateListener['onHealth']>[0]): void {
    for (const listener of this.#listeners) listener.onHealth(health)
  }
}
