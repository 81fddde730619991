/** A clock of the panel that a test moves. */
import type { PanelClock } from '../../src/output/panel/index.ts'

interface Alarm {
  readonly at: number
  readonly callback: () => void
}

export class FakePanelClock implements PanelClock {
  time = 0
  #alarms: Alarm[] = []

  readonly now = (): number => this.time

  readonly after = (milliseconds: number, callback: () => void): (() => void) => {
    const alarm = { at: this.time + milliseconds, callback }
    this.#alarms.push(alarm)
    return () => {
      this.#alarms = this.#alarms.filter((one) => one !== alarm)
    }
  }

  advance(milliseconds: number): void {
    this.time += milliseconds
    const due = this.#alarms.filter(({ at }) => at <= this.time)
    this.#alarms = this.#alarms.filter(({ at }) => at > this.time)
    for (const { callback } of due) callback()
  }
}

/** Lets everything that is ready run: the immediate, and the zero-length timers of oled-js. */
export const settle = async (turns = 60): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setTimeout(resolve, 0))
}
