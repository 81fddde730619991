/**
 * The board that oled-js writes to. It sends 1,030 messages of two bytes a frame; here they are gathered into a picture of the display's memory
 * and a list of commands, and whoever owns the bus sends what has changed in bursts (display-bytes.ts). Pure.
 */
import { WIDTH, type Height } from '../screen/bitmap.ts'
import { ARGUMENTS, COMMANDS } from './controllers.ts'

/** Control bytes of oled-js. */
const DATA = 0x40

/** A command with its arguments. */
export type Command = readonly number[]

/** See the head of this file: what oled-js wants of a johnny-five board is `io`. */
export class OledWire {
  /** The display's memory as oled-js believes it to be. */
  readonly memory: Uint8Array
  /** Commands that say nothing of where data go, in their order, since they were taken last. */
  #commands: Command[] = []
  #open: number[] = []
  #columns: readonly [first: number, last: number] = [0, WIDTH - 1]
  #pages: readonly [first: number, last: number]
  #column = 0
  #page = 0
  #onDone: (() => void) | null = null

  constructor(height: Height) {
    this.memory = new Uint8Array((WIDTH * height) / 8)
    this.#pages = [0, height / 8 - 1]
  }

  readonly io = {
    i2cConfig: (): void => undefined,
    i2cWrite: (_address: number, [control, value]: readonly [number, number]): void => {
      if (control === DATA) this.#onData(value)
      else this.#onCommand(value)
    },
    /** oled-js asks whether the display is busy; it never is, and what it then writes it writes at once. */
    i2cReadOnce: (_address: number, _length: number, callback: (status: number) => void): void => {
      callback(0)
      this.#onDone?.()
      this.#onDone = null
    },
  }

  /** Resolves when oled-js has written what it was asked to write. */
  written(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDone = resolve
    })
  }

  /** The gathered commands; they are not given twice. */
  takeCommands(): readonly Command[] {
    const commands = this.#commands
    this.#commands = []
    return commands
  }

  #onCommand(value: number): void {
    this.#open.push(value)
    const [first = 0, ...rest] = this.#open
    if (rest.length < (ARGUMENTS.get(first) ?? 0)) return
    this.#open = []
    const [from = 0, to = 0] = rest
    if (first === COMMANDS.columnRange) this.#goTo([from, to], this.#pages)
    else if (first === COMMANDS.pageRange) this.#goTo(this.#columns, [from, to])
    else this.#commands.push([first, ...rest])
  }

  #goTo(columns: readonly [number, number], pages: readonly [number, number]): void {
    this.#columns = columns
    this.#pages = pages
    this.#column = columns[0]
    this.#page = pages[0]
  }

  /** Horizontal addressing, as oled-js has set it (SSD1306 §10.1.3). */
  #onData(value: number): void {
    this.memory[this.#page * WIDTH + this.#column] = value
    if (this.#column < this.#columns[1]) {
      this.#column++
      return
    }
    this.#column = this.#columns[0]
    this.#page = this.#page < this.#pages[1] ? this.#page + 1 : this.#pages[0]
  }
}
