/** One bus, opened: each message has a limit of time, and none is begun while another is still on its way. */
import type { PanelClock } from '../time.ts'
import type { BusMode, Transfer } from './display-bytes.ts'
import type { I2cBus } from './i2c-bus-package.ts'

/** Longest time of one message, in milliseconds: at 100 kHz a page takes 12. */
export const LIMIT = 500

/** A message did not come to its end in time. */
export class BusStuckError extends Error {}

/** See the head of this file. */
export class BusLine {
  readonly #bus: I2cBus
  readonly #address: number
  readonly #clock: PanelClock
  #pending = 0
  #isLeft = false
  /** Since the line was opened. */
  messages = 0
  bytes = 0

  constructor(bus: I2cBus, address: number, clock: PanelClock) {
    this.#bus = bus
    this.#address = address
    this.#clock = clock
  }

  /** True while a message has not come back, in time or not. */
  get isPending(): boolean {
    return this.#pending > 0
  }

  /** What the bus can do; null: nothing that helps. */
  async mode(): Promise<BusMode | null> {
    const { i2c, smbusWriteI2cBlock } = await this.#limited(this.#bus.i2cFuncs())
    return i2c ? 'plain' : smbusWriteI2cBlock ? 'block' : null
  }

  /** Rejects with the error of the bus or with BusStuckError. */
  async send(transfers: readonly Transfer[]): Promise<void> {
    for (const transfer of transfers) {
      this.messages++
      this.bytes += transfer.bytes.length + (transfer.mode === 'block' ? 1 : 0)
      await this.#limited(this.#sendOne(transfer))
    }
  }

  async close(): Promise<void> {
    await this.#limited(this.#bus.close())
  }

  /** Closes it, or has it closed when the message that is still on its way comes back. */
  async leave(): Promise<void> {
    this.#isLeft = true
    if (!this.isPending) await this.close()
  }

  #sendOne(transfer: Transfer): Promise<unknown> {
    const bytes = Buffer.from(transfer.bytes)
    return transfer.mode === 'plain'
      ? this.#bus.i2cWrite(this.#address, bytes.length, bytes)
      : this.#bus.writeI2cBlock(this.#address, transfer.command, bytes.length, bytes)
  }

  async #limited<Result>(call: Promise<Result>): Promise<Result> {
    this.#pending++
    const settled = (): void => {
      this.#pending--
      if (this.#isLeft && !this.isPending && isLate) void this.#bus.close().catch(() => undefined)
    }
    let isLate = false
    call.then(settled, settled)
    let cancel = (): void => undefined
    const late = new Promise<never>((_, reject) => {
      cancel = this.#clock.after(LIMIT, () => {
        isLate = true
        reject(new BusStuckError(`no answer for ${LIMIT} ms`))
      })
    })
    try {
      return await Promise.race([call, late])
    } finally {
      cancel()
    }
  }
}
