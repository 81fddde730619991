/** Cuts a stream of bytes into lines. A line that is too long is skipped to its end and counted; the part after the last line end waits. */
import { MAX_LINE } from './messages.ts'

const LINE_END = 0x0a

export class LineReader {
  /** Lines that were longer than MAX_LINE bytes. */
  oversized = 0
  readonly #rest = new Uint8Array(MAX_LINE)
  #held = 0
  #isSkipping = false

  /** Gives each whole line without its end; the bytes are lent for the time of the call. */
  onBytes(chunk: Uint8Array, onLine: (line: Uint8Array) => void): void {
    let start = 0
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      this.#finish(chunk.subarray(start, end), onLine)
      start = end + 1
    }
    this.#keep(chunk.subarray(start))
  }

  /** The connection is over: what waits is half a line and no message. */
  reset(): void {
    this.#held = 0
    this.#isSkipping = false
  }

  #finish(tail: Uint8Array, onLine: (line: Uint8Array) => void): void {
    const held = this.#held
    const isTooLong = this.#isSkipping || held + tail.length > MAX_LINE
    this.reset()
    if (isTooLong) this.oversized++
    else if (held === 0) onLine(tail)
    else {
      this.#rest.set(tail, held)
      onLine(this.#rest.subarray(0, held + tail.length))
    }
  }

  #keep(tail: Uint8Array): void {
    if (this.#isSkipping) return
    if (this.#held + tail.length > MAX_LINE) {
      this.#isSkipping = true
      this.#held = 0
      return
    }
    this.#rest.set(tail, this.#held)
    this.#held += tail.length
  }
}
