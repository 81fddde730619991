/** The slices of one stream, bounded: beyond the bound a slice that is not plain gives way, for what is lost may only make it worse. */
import type { Micros } from '../../base/clock.ts'
import { Slice } from './slice.ts'

const MAX_SLICES = 256

/** See the head of this file. */
export class SliceList {
  readonly all: Slice[]
  /** Some evidence was forgotten. */
  overflowed = false

  constructor(at: Micros, frame: number) {
    this.all = [new Slice(at, frame)]
  }

  /** The slice that packets fall into now. */
  get last(): Slice {
    return this.all[this.all.length - 1] as Slice
  }

  /** Opens a slice that began at `at`; `lastAt`: time of the newest packet. */
  open(at: Micros, frame: number, lastAt: Micros): Slice {
    const before = this.last
    if (before.to > at) before.to = at
    const slice = new Slice(at, frame)
    slice.to = lastAt > at ? lastAt : at
    slice.afterKeys = before.afterKeys
    if (this.all.length >= MAX_SLICES) this.#drop()
    this.all.push(slice)
    return slice
  }

  /** Gives the last slice `count` packets that were counted for the one before it. */
  movePackets(count: number, lastFrame: number): void {
    const before = this.all[this.all.length - 2]
    if (before === undefined) return
    const moved = Math.min(count, before.packets)
    before.packets -= moved
    this.last.packets += moved
    this.last.lastFrame = lastFrame
  }

  #drop(): void {
    // Not the last one: its newest packets may belong to the slice that opens now.
    const last = this.all.length - 1
    const harmless = this.all.findIndex(
      (slice, i) => i < last && slice.payload !== 'plain' && slice.plainEvents === 0,
    )
    this.all.splice(harmless < 0 ? 1 : harmless, 1)
    this.overflowed = true
  }
}
