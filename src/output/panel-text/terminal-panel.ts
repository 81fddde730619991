/** Draws lines on a terminal's alternate screen and leaves the terminal as it was, whatever happens. */

const ENTER = '\u001b[?1049h\u001b[?25l'
const LEAVE = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const CLEAR_LINE_END = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'

/** What is needed of a terminal. */
export interface Terminal {
  readonly columns: number
  readonly rows: number
  write(text: string): unknown
}

export class TerminalPanel {
  readonly #terminal: Terminal
  #isOpen = false
  readonly #restore = (): void => this.close()

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  get columns(): number {
    return this.#terminal.columns
  }

  get rows(): number {
    return this.#terminal.rows
  }

  draw(lines: readonly string[]): void {
    if (!this.#isOpen) {
      this.#isOpen = true
      process.once('exit', this.#restore)
      this.#terminal.write(ENTER)
    }
    const drawn = lines.map((line) => `${line}${CLEAR_LINE_END}`).join('\r\n')
    this.#terminal.write(`${HOME}${drawn}${CLEAR_BELOW}`)
  }

  /** The cursor is back, and what stood there before. Doing it twice does no harm. */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    process.removeListener('exit', this.#restore)
    this.#terminal.write(LEAVE)
  }
}
