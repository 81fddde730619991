/** The machine goes off: a countdown that can be called off, then a file that a unit of the system waits for, because the box itself has no such right. */
import { writeFileSync } from 'node:fs'
import { MACHINE_TIMERS } from '../timers.ts'
import { talk } from './talk.ts'

/** From the long press to the end, in milliseconds. */
const AFTER = 5000
/** See systemd/system/callseal-poweroff.path. */
const FILE = '/run/callseal-box/power-off'

/** See the head of this file. */
export class PowerOff {
  /** When it goes off (monotonic milliseconds); null: it does not. */
  at: number | null = null
  /** It goes off now: the end of this program follows. */
  isOver = false
  readonly #onChange: () => void
  readonly #file: string
  #cancelTimer: () => void = () => undefined

  constructor(onChange: () => void, file = FILE) {
    this.#onChange = onChange
    this.#file = file
  }

  begin(): void {
    if (this.at !== null) return
    talk(`the button wants the machine off: in ${AFTER / 1000} s`)
    this.at = performance.now() + AFTER
    this.#cancelTimer = MACHINE_TIMERS.after(AFTER, () => this.#go())
    this.#onChange()
  }

  cancel(): void {
    if (this.at === null || this.isOver) return
    talk('the machine stays on')
    this.#cancelTimer()
    this.at = null
    this.#onChange()
  }

  #go(): void {
    this.isOver = true
    try {
      writeFileSync(this.#file, '')
    } catch (error) {
      talk(`the machine cannot be put off: ${(error as Error).message}; see systemd/README.md`)
      this.isOver = false
      this.at = null
    }
    this.#onChange()
  }
}
