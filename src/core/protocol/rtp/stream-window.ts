/** The statistics window of one stream: opened every ten seconds or when asked, fed until it is decided, given back to the pool at once. */
import { SECOND, type Micros } from '../../base/clock.ts'
import type { PayloadWindow, PayloadWindowPool } from './payload-window.ts'
import { decideWindow } from './window-verdict.ts'

const PERIOD = 10 * SECOND

/** What a window came to. */
export interface WindowDecision {
  readonly look: 'plain' | 'random' | 'undecided'
  /** Score and packets, in words. */
  readonly detail: string
}

/** See the head of this file. */
export class StreamWindow {
  /** Where the present or last window began: time, frame, packets of the stream before it. */
  at: Micros
  frame = 0
  packets = 0
  /** Time from which the next packet opens a window. */
  nextAt: number
  readonly #pool: PayloadWindowPool
  #window: PayloadWindow | null = null

  constructor(pool: PayloadWindowPool, at: Micros) {
    this.#pool = pool
    this.at = at
    this.nextAt = at
  }

  get isOpen(): boolean {
    return this.#window !== null
  }

  /** One payload; `packets`: those of the stream before it. Null while undecided, or while no window is open or to be had. */
  feed(
    at: Micros,
    frame: number,
    packets: number,
    payload: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
    randomAfter: number,
  ): WindowDecision | null {
    if (this.#window === null) {
      if (at < this.nextAt) return null
      this.#window = this.#pool.acquire()
      if (this.#window === null) return null
      this.at = at
      this.frame = frame
      this.packets = packets
    }
    const window = this.#window
    window.add(payload.bytes, payload.start, payload.end)
    const look = decideWindow(window, randomAfter)
    if (look === null) return null
    const detail = `S=${window.score().toFixed(1)} n=${String(window.packets)}`
    this.close(this.at + PERIOD)
    return { look, detail }
  }

  /** Gives the window back; the next opens from `nextAt` on. */
  close(nextAt: number): void {
    this.nextAt = nextAt
    if (this.#window === null) return
    this.#pool.release(this.#window)
    this.#window = null
  }
}
