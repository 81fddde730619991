/**
 * Units that carry their own length, found in a byte stream that is split anywhere. Both directions of a stream need one each.
 *
 * Rules: a unit that lies whole in the given bytes is passed on without a copy; a cut one is held, never more than the unit needs. Where
 * no unit can begin, the rest of the piece is skipped and framing is found again at the beginning of a later piece, if whole units stand
 * there one behind the other. After MAX_FAILURES pieces in vain the stream is opaque for good.
 */

/**
 * Length in bytes of the unit that begins at `at`, with its header; 0 = more bytes are needed to tell, -1 = no unit of this kind begins
 * here. It must know after `headerBytes` bytes.
 */
export type UnitLength = (bytes: Uint8Array, at: number, end: number) => number

/** Receives one whole unit in `bytes[start, end)`, readable during the call only. */
export type OnUnit = (bytes: Uint8Array, start: number, end: number) => void

const MAX_FAILURES = 64
const FIRST_BUFFER = 2_048
const NOTHING = new Uint8Array(0)

/** See the head of this file. */
export class FramedBytes {
  readonly #unitLength: UnitLength
  readonly #headerBytes: number
  #buffer = NOTHING
  #held = 0
  #searching = false
  #failures = 0
  /** Units delivered. */
  units = 0
  /** How often framing was lost by bytes that are no unit. */
  losses = 0

  /** `headerBytes`: how many bytes `unitLength` needs at most. */
  constructor(unitLength: UnitLength, headerBytes: number) {
    this.#unitLength = unitLength
    this.#headerBytes = headerBytes
  }

  /** Bytes held of a cut unit. */
  get heldBytes(): number {
    return this.#held
  }

  /** True once the stream is given up. */
  get isOpaque(): boolean {
    return this.#failures >= MAX_FAILURES
  }

  /** The next bytes of the stream, in order. */
  onBytes(bytes: Uint8Array, start: number, end: number, onUnit: OnUnit): void {
    if (this.isOpaque || start >= end) return
    if (this.#searching) {
      if (!this.#standsInChain(bytes, start, end)) {
        this.#failures++
        return
      }
      this.#searching = false
    }
    const from = this.#held > 0 ? this.#complete(bytes, start, end, onUnit) : start
    if (from < end) this.#take(bytes, from, end, onUnit)
  }

  /** Bytes of the stream are missing here. */
  onGap(): void {
    this.#release()
    this.#searching = true
  }

  /** Passes on whole units from `start` and holds the cut one at the end. */
  #take(bytes: Uint8Array, start: number, end: number, onUnit: OnUnit): void {
    let at = start
    while (at < end) {
      const length = this.#unitLength(bytes, at, end)
      if (length < 0) {
        this.#lose()
        return
      }
      if (length === 0 || at + length > end) {
        this.#hold(bytes, at, end, length)
        return
      }
      this.#deliver(bytes, at, at + length, onUnit)
      at += length
    }
  }

  /** Completes the held unit; gives where the next one begins, or `end` if bytes are still missing or framing is lost. */
  #complete(bytes: Uint8Array, start: number, end: number, onUnit: OnUnit): number {
    let at = start
    let length = this.#unitLength(this.#buffer, 0, this.#held)
    while (at < end) {
      // Until the length is known byte by byte, because the next unit may begin before `headerBytes`.
      const stop = length === 0 ? at + 1 : Math.min(end, at + length - this.#held)
      this.#hold(bytes, at, stop, length)
      at = stop
      length = this.#unitLength(this.#buffer, 0, this.#held)
      if (length < 0 || (length === 0 && this.#held >= this.#headerBytes)) {
        this.#lose()
        return end
      }
      if (length > 0 && this.#held >= length) {
        const whole = this.#buffer
        this.#release()
        this.#deliver(whole, 0, length, onUnit)
        return at
      }
    }
    return end
  }

  #deliver(bytes: Uint8Array, start: number, end: number, onUnit: OnUnit): void {
    this.units++
    this.#failures = 0
    onUnit(bytes, start, end)
  }

  #hold(bytes: Uint8Array, start: number, end: number, wanted: number): void {
    const needed = this.#held + (end - start)
    if (needed > this.#buffer.length) {
      // Doubling and not what the header promises: four bytes must not cost 64 KiB.
      const grown = new Uint8Array(
        Math.max(needed, Math.min(Math.max(wanted, needed), Math.max(FIRST_BUFFER, 2 * needed))),
      )
      grown.set(this.#buffer.subarray(0, this.#held))
      this.#buffer = grown
    }
    for (let at = start; at < end; at++) this.#buffer[this.#held++] = bytes[at] as number
  }

  #release(): void {
    this.#buffer = NOTHING
    this.#held = 0
  }

  #lose(): void {
    this.#release()
    this.#searching = true
    this.losses++
    this.#failures++
  }

  /** After a loss: whole units from `start`, at least one, up to the end or to a cut unit. */
  #standsInChain(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start
    while (at < end) {
      const length = this.#unitLength(bytes, at, end)
      if (length < 0) return false
      if (length === 0 || at + length > end) return at > start
      at += length
    }
    return true
  }
}
