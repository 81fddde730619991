/** What the engine counts per frame: typed arrays, no names until they are asked for. */
import { WEIRD_NAMES, type WeirdName } from './base/weird.ts'
import { DECODE_STATUS, type DecodeStatus } from './decode/index.ts'

/** See the head of this file. */
export class Counts {
  frames = 0
  bytes = 0
  readonly #decoded = new Float64Array(Object.keys(DECODE_STATUS).length)
  readonly #weird = new Map<WeirdName, number>()

  /** Counts a frame and gives its number, from 1. */
  addFrame(bytes: number): number {
    this.bytes += bytes
    return ++this.frames
  }

  addDecoded(status: DecodeStatus): void {
    this.#decoded[status] = (this.#decoded[status] as number) + 1
  }

  addWeird(name: WeirdName): void {
    this.#weird.set(name, (this.#weird.get(name) ?? 0) + 1)
  }

  /** Frames by DecodeStatus name, only those that occurred. */
  decoded(): Record<string, number> {
    const rows = Object.entries(DECODE_STATUS).map(
      ([name, status]) => [name, this.#decoded[status] ?? 0] as const,
    )
    return Object.fromEntries(rows.filter(([, count]) => count > 0))
  }

  /** Anomalies by name, in the order of the list, only those that occurred. */
  weird(): Record<string, number> {
    const rows = WEIRD_NAMES.map((name) => [name, this.#weird.get(name) ?? 0] as const)
    return Object.fromEntries(rows.filter(([, count]) => count > 0))
  }
}
