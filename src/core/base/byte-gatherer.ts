/** Cuts a byte stream into messages that tell their own length; holds at most one unfinished message, at most 64 KiB. */

const MAX_HELD = 65536 + 64

/** Length of the message at `start`: 0 = more bytes are needed to know, −1 = no message begins here. */
export type MessageLength = (bytes: Uint8Array, start: number, end: number) => number

/** See the head of this file. */
export class ByteGatherer {
  readonly #lengthOf: MessageLength
  #held = new Uint8Array(0)
  #holds = 0
  /** Out of step: nothing is read until the next piece begins a message. */
  lost = false

  constructor(lengthOf: MessageLength) {
    this.#lengthOf = lengthOf
  }

  /** The next bytes in order; each whole message is lent to `onMessage`. */
  onBytes(
    bytes: Uint8Array,
    start: number,
    end: number,
    onMessage: (bytes: Uint8Array, start: number, end: number) => void,
  ): void {
    if (this.#holds === 0) {
      this.#keep(bytes, this.#cut(bytes, start, end, onMessage), end)
      return
    }
    const joined = new Uint8Array(this.#holds + end - start)
    joined.set(this.#held.subarray(0, this.#holds))
    joined.set(bytes.subarray(start, end), this.#holds)
    this.#holds = 0
    this.#keep(joined, this.#cut(joined, 0, joined.length, onMessage), joined.length)
  }

  /** Forgets what is held. */
  reset(): void {
    this.#holds = 0
    this.lost = false
  }

  #cut(
    bytes: Uint8Array,
    start: number,
    end: number,
    onMessage: (bytes: Uint8Array, start: number, end: number) => void,
  ): number {
    this.lost = false
    let at = start
    while (at < end) {
      const length = this.#lengthOf(bytes, at, end)
      if (length < 0) {
        this.lost = true
        return end
      }
      if (length === 0 || at + length > end) return at
      onMessage(bytes, at, at + length)
      at += length
    }
    return at
  }

  #keep(bytes: Uint8Array, from: number, end: number): void {
    const left = end - from
    if (left <= 0 || left > MAX_HELD) return
    this.#held = bytes.slice(from, end)
    this.#holds = left
  }
}
