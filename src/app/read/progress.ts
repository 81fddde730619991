/** How far a reading is, on one line of a terminal's standard error that is wiped before anything else is written. */
import { sanitise, truncate } from '../../output/text/index.ts'

/** Nothing is shown of what is done sooner, and not more often. */
const PATIENCE = 300
const INTERVAL = 100
const ERASE_LINE = '\r\u001b[K'

export class Progress {
  readonly #isOn: boolean
  #nextAt = performance.now() + PATIENCE
  #isShown = false

  /** Off, it does nothing. */
  constructor(isOn: boolean) {
    this.#isOn = isOn && process.stderr.isTTY
  }

  show(file: string, bytesRead: number, total: number | null): void {
    if (!this.#isOn || performance.now() < this.#nextAt) return
    this.#nextAt = performance.now() + INTERVAL
    const megabytes = `${(bytesRead / 1e6).toFixed(0)} MB`
    const far =
      total === null || total === 0
        ? megabytes
        : `${((100 * bytesRead) / total).toFixed(0)} % of ${(total / 1e6).toFixed(0)} MB`
    const line = truncate(`reading ${sanitise(file)}: ${far}`, process.stderr.columns - 1)
    process.stderr.write(`${ERASE_LINE}${line}`)
    this.#isShown = true
  }

  /** Wipes the line; call before writing anything else. */
  clear(): void {
    if (this.#isShown) process.stderr.write(ERASE_LINE)
    this.#isShown = false
  }
}
