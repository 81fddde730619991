/**
 * An SSD1306 or SH1106 that rebuilds its picture from the bytes on the bus, after the data sheets (SSD1306 §8–10, SH1106 p. 17–27), and a bus
 * with one of them on it that can be unplugged, can hang and can refuse plain writes.
 */
import { WIDTH, type Bitmap, type ControllerName, type Height } from '../../src/output/panel/index.ts'
import type { I2cBus } from '../../src/output/panel/oled/i2c-bus-package.ts'

/** Bytes that follow a command, by controller: what is not here has none. */
const ARGUMENTS = {
  ssd1306: {
    0x20: 1,
    0x21: 2,
    0x22: 2,
    0x81: 1,
    0x8d: 1,
    0xa8: 1,
    0xd3: 1,
    0xd5: 1,
    0xd9: 1,
    0xda: 1,
    0xdb: 1,
  },
  sh1106: { 0x81: 1, 0xa8: 1, 0xad: 1, 0xd3: 1, 0xd5: 1, 0xd9: 1, 0xda: 1, 0xdb: 1 },
} as const satisfies Record<ControllerName, Record<number, number>>

const COLUMNS = { ssd1306: 128, sh1106: 132 } as const
const FIRST_VISIBLE = { ssd1306: 0, sh1106: 2 } as const

export class DisplayModel {
  readonly controller: ControllerName
  readonly height: Height
  isOn = false
  contrast = 0x7f
  hasPump = false
  /** Commands that this controller does not have. */
  readonly unknown: number[] = []
  readonly #ram: Uint8Array
  #page = 0
  #column = 0
  #command: number[] = []
  #memoryMode = 2

  constructor(controller: ControllerName, height: Height) {
    this.controller = controller
    this.height = height
    // Power on: noise.
    this.#ram = Uint8Array.from({ length: COLUMNS[controller] * 8 }, (_, at) => (at * 37) & 0xff)
  }

  /** What the glass shows. */
  picture(): Bitmap {
    const bytes = new Uint8Array((WIDTH * this.height) / 8)
    if (!this.isOn || !this.hasPump) return { height: this.height, bytes }
    const [columns, first] = [COLUMNS[this.controller], FIRST_VISIBLE[this.controller]]
    for (let page = 0; page < this.height / 8; page++) {
      bytes.set(this.#ram.subarray(page * columns + first, page * columns + first + WIDTH), page * WIDTH)
    }
    return { height: this.height, bytes }
  }

  /** One message behind the address. */
  onMessage(message: Uint8Array): void {
    let at = 0
    while (at < message.length) {
      const control = message[at++]!
      const isData = (control & 0x40) !== 0
      const end = (control & 0x80) === 0 ? message.length : Math.min(message.length, at + 1)
      for (; at < end; at++) {
        if (isData) this.#onData(message[at]!)
        else this.#onCommand(message[at]!)
      }
    }
  }

  #onData(value: number): void {
    if (this.#memoryMode !== 2) throw new Error('data outside of page addressing')
    if (this.#column >= COLUMNS[this.controller]) throw new Error('data beyond the last column')
    this.#ram[this.#page * COLUMNS[this.controller] + this.#column++] = value
  }

  #onCommand(value: number): void {
    this.#command.push(value)
    const [first, argument = 0] = this.#command as [number, number?]
    const wanted = (ARGUMENTS[this.controller] as Record<number, number>)[first] ?? 0
    if (this.#command.length <= wanted) return
    this.#command = []
    this.#execute(first, argument)
  }

  #execute(first: number, argument: number): void {
    if (first <= 0x0f) this.#column = (this.#column & 0xf0) | first
    else if (first <= 0x1f) this.#column = (this.#column & 0x0f) | ((first & 0x0f) << 4)
    else if (first >= 0xb0 && first <= 0xb7) this.#page = first & 7
    else if (first === 0xae || first === 0xaf) this.isOn = first === 0xaf
    else if (first === 0x81) this.contrast = argument
    else if (first === 0x20 && this.controller === 'ssd1306') this.#memoryMode = argument & 3
    else if (first === 0x8d && this.controller === 'ssd1306') this.hasPump = argument === 0x14
    else if (first === 0xad && this.controller === 'sh1106') this.hasPump = argument === 0x8b
    else if (!this.#isHarmless(first, argument)) this.unknown.push(first)
  }

  #isHarmless(first: number, argument: number): boolean {
    if (first === 0xa8) return argument === this.height - 1
    if (first === 0xd3) return argument === 0
    // Start line 0, turned as modules are mounted, normal, not all lit, nothing; and numbers of the analogue part.
    return [0x40, 0xa1, 0xc8, 0xa4, 0xa6, 0xe3, 0xd5, 0xd9, 0xda, 0xdb].includes(first)
  }
}

const systemError = (code: string): Error => Object.assign(new Error(`${code}: bus`), { code })

export class BusWithDisplay implements I2cBus {
  /** Null: nothing is plugged in. */
  display: DisplayModel | null
  isPlain = true
  /** Calls come back only when release() is called. */
  isHanging = false
  readonly messages: Uint8Array[] = []
  opened = 0
  closed = 0
  /** The most calls that were on their way at one time. */
  most = 0
  #waiting: (() => void)[] = []
  #pending = 0

  constructor(display: DisplayModel | null) {
    this.display = display
  }

  readonly open = (): Promise<I2cBus> => {
    this.opened++
    return Promise.resolve(this)
  }

  i2cFuncs(): Promise<{ i2c: boolean; smbusWriteI2cBlock: boolean }> {
    return Promise.resolve({ i2c: this.isPlain, smbusWriteI2cBlock: true })
  }

  async i2cWrite(_address: number, length: number, bytes: Buffer): Promise<void> {
    if (!this.isPlain) throw systemError('EOPNOTSUPP')
    await this.#deliver(bytes.subarray(0, length))
  }

  async writeI2cBlock(_address: number, command: number, length: number, bytes: Buffer): Promise<void> {
    if (length > 32) throw systemError('EINVAL')
    await this.#deliver(Uint8Array.from([command, ...bytes.subarray(0, length)]))
  }

  close(): Promise<void> {
    this.closed++
    return Promise.resolve()
  }

  /** What hung comes back. */
  release(): void {
    this.isHanging = false
    for (const go of this.#waiting.splice(0)) go()
  }

  get bytes(): number {
    return this.messages.reduce((sum, { length }) => sum + length, 0)
  }

  async #deliver(message: Uint8Array): Promise<void> {
    this.most = Math.max(this.most, ++this.#pending)
    try {
      if (this.isHanging) await new Promise<void>((resolve) => this.#waiting.push(resolve))
      if (this.display === null) throw systemError('EREMOTEIO')
      this.messages.push(Uint8Array.from(message))
      this.display.onMessage(message)
    } finally {
      this.#pending--
    }
  }
}
