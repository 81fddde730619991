/**
 * The OLED on its bus. Its rules:
 * - one job at a time; what is to be seen meanwhile waits for the next, and only the newest of it is sent, at most four times a second;
 * - only columns that differ are sent;
 * - each REFRESH the display is set up anew and sent everything, because one that was unplugged for a moment is blank and says nothing;
 * - a failure is a state: the bus is closed, and opened again after a while, at first soon, never later than RETRY.
 * Nothing here throws or waits for the caller.
 */
import Oled from 'oled-js'
import type { PartState } from '../part-state.ts'
import { DAY_CONTRAST } from '../screen/display-care.ts'
import { emptyBitmap, WIDTH, type Bitmap, type Height } from '../screen/bitmap.ts'
import { NO_RESET_LINE } from '../screen/no-reset-line.ts'
import type { Screen } from '../screen/screen.ts'
import { BackOff, type PanelClock } from '../time.ts'
import { BusLine } from './bus-line.ts'
import { COMMANDS, CONTROLLERS, type Controller, type ControllerName } from './controllers.ts'
import {
  changedRanges,
  commandTransfers,
  rangeTransfers,
  setUpCommands,
  type BusMode,
} from './display-bytes.ts'
import { openMachineBus, type OpenBus } from './i2c-bus-package.ts'
import { oledFault, type OledPlace } from './oled-errors.ts'
import { OledWire, type Command } from './oled-wire.ts'

/** Milliseconds: between two frames; without a word until the display is asked whether it is there; until it is set up anew; between two tries. */
const FRAME = 250
const PING = 2000
const REFRESH = 8000
const FIRST_RETRY = 500
const RETRY = 8000

export interface OledOptions extends OledPlace {
  readonly clock: PanelClock
  readonly height: Height
  readonly controller: ControllerName
  /** Null: plain where the bus can, else blocks. */
  readonly mode?: BusMode | null
  readonly openBus?: OpenBus
}

/** A display that answers. */
interface Connection {
  readonly line: BusLine
  readonly mode: BusMode
}

/** See the head of this file. */
export class OledScreen implements Screen {
  readonly height: Height
  readonly #options: OledOptions
  readonly #controller: Controller
  readonly #wire: OledWire
  readonly #oled: InstanceType<typeof Oled>
  readonly #setUp: readonly Command[]
  readonly #backOff = new BackOff(FIRST_RETRY, RETRY)
  #state: PartState = { part: 'screen', kind: 'starting', sentence: 'The display was not asked yet.' }
  #wanted: Bitmap
  #contrast = DAY_CONTRAST
  /** What the display shows; null: unknown. */
  #shown: Uint8Array | null = null
  #shownContrast = -1
  #connection: Connection | null = null
  /** A line whose last message has not come back. */
  #stuckLine: BusLine | null = null
  #job: Promise<void> | null = null
  #isClosed = false
  #retryAt = -Infinity
  #frameAt = -Infinity
  #refreshAt = -Infinity
  #wordAt = -Infinity
  /** On the bus since the start. */
  readonly traffic = { messages: 0, bytes: 0 }

  constructor(options: OledOptions) {
    this.#options = options
    this.height = options.height
    this.#controller = CONTROLLERS[options.controller]
    this.#wanted = emptyBitmap(options.height)
    this.#wire = new OledWire(options.height)
    const size = { width: WIDTH, height: options.height, address: options.address }
    this.#oled = new Oled(this.#wire, NO_RESET_LINE, size)
    // What its constructor sent, kept to be sent whenever the display comes back.
    this.#setUp = this.#wire.takeCommands()
  }

  get state(): PartState {
    return this.#state
  }

  show(bitmap: Bitmap, contrast: number): void {
    this.#wanted = bitmap
    this.#contrast = contrast
  }

  tick(): void {
    if (this.#job !== null || this.#isClosed) return
    const now = this.#options.clock.now()
    if (now < this.#retryAt || this.#stuckLine?.isPending === true) return
    const work = this.#nextWork(now)
    if (work === null) return
    this.#job = work()
      .catch((error: unknown) => this.#onFailure(error))
      .finally(() => {
        this.#job = null
      })
  }

  /** Resolves when nothing is on its way any more. */
  async idle(): Promise<void> {
    await this.#job
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#job
    const connection = this.#connection
    if (connection === null) return
    this.#connection = null
    try {
      await connection.line.send(commandTransfers([[COMMANDS.off]], connection.mode))
      await connection.line.close()
    } catch (error) {
      this.#state = oledFault(error, this.#options)
    }
  }

  #nextWork(now: number): (() => Promise<void>) | null {
    const connection = this.#connection
    if (connection === null) return () => this.#connect()
    if (now - this.#refreshAt >= REFRESH) return () => this.#refresh(connection)
    if (now - this.#frameAt >= FRAME && this.#isChanged()) return () => this.#sendFrame(connection)
    if (now - this.#wordAt >= PING) return () => this.#send(connection, [[COMMANDS.nothing]])
    return null
  }

  #isChanged(): boolean {
    if (this.#shown === null || this.#shownContrast !== this.#contrast) return true
    return Buffer.compare(this.#shown, this.#wanted.bytes) !== 0
  }

  async #connect(): Promise<void> {
    const { openBus = openMachineBus, bus, address, clock, mode: wanted = null } = this.#options
    const line = new BusLine(await openBus(bus), address, clock)
    this.#stuckLine = line
    try {
      const mode = wanted ?? (await line.mode())
      if (mode === null) throw new Error(`I2C bus ${bus} can neither write plainly nor in blocks`)
      const connection = { line, mode }
      // Dark until there is a picture: its memory holds noise.
      await this.#send(connection, [[COMMANDS.off]])
      await this.#refresh(connection)
      this.#connection = connection
    } catch (error) {
      this.#connection = { line, mode: 'plain' }
      throw error
    }
    this.#backOff.succeed()
    const way = this.#connection.mode === 'plain' ? '' : ' in blocks'
    const sentence = `${this.#controller.name}, ${WIDTH} x ${this.height}, at 0x${address.toString(16)} of I2C bus ${bus}${way}.`
    this.#state = { part: 'screen', kind: 'good', sentence }
  }

  async #refresh(connection: Connection): Promise<void> {
    this.#shown = null
    await this.#send(connection, setUpCommands(this.#setUp, this.#controller, this.#contrast))
    this.#shownContrast = this.#contrast
    await this.#sendFrame(connection)
    await this.#send(connection, [[COMMANDS.on]])
    this.#refreshAt = this.#options.clock.now()
  }

  async #sendFrame(connection: Connection): Promise<void> {
    this.#frameAt = this.#options.clock.now()
    if (this.#shownContrast !== this.#contrast) {
      const contrast = this.#contrast
      await this.#send(connection, [[COMMANDS.contrast, contrast]])
      this.#shownContrast = contrast
    }
    this.#oled.buffer.set(this.#wanted.bytes)
    const written = this.#wire.written()
    this.#oled.update()
    await written
    const wanted = this.#wire.memory.slice()
    const ranges = changedRanges(this.#shown, wanted)
    // Until all of it has arrived nobody knows what is seen.
    this.#shown = null
    for (const range of ranges) {
      await this.#transfer(connection, rangeTransfers(wanted, range, this.#controller, connection.mode))
    }
    this.#shown = wanted
  }

  async #send(connection: Connection, commands: readonly Command[]): Promise<void> {
    await this.#transfer(connection, commandTransfers(commands, connection.mode))
  }

  async #transfer({ line }: Connection, transfers: Parameters<BusLine['send']>[0]): Promise<void> {
    const [messages, bytes] = [line.messages, line.bytes]
    try {
      await line.send(transfers)
    } finally {
      this.traffic.messages += line.messages - messages
      this.traffic.bytes += line.bytes - bytes
    }
    this.#wordAt = this.#options.clock.now()
  }

  async #onFailure(error: unknown): Promise<void> {
    this.#state = oledFault(error, this.#options)
    this.#shown = null
    const connection = this.#connection
    this.#connection = null
    this.#retryAt = this.#options.clock.now() + this.#backOff.fail()
    // What cannot be closed is gone already.
    await connection?.line.leave().catch(() => undefined)
  }
}
