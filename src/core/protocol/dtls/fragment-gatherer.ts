/** Puts fragmented DTLS handshake messages together (RFC 6347 §4.2.3): by message sequence, any order, overlaps allowed, bounded. */

const MAX_MESSAGE = 32 * 1024
const MAX_MESSAGES = 16

/** Header of one fragment. */
export interface FragmentHeader {
  readonly type: number
  readonly sequence: number
  readonly length: number
  readonly offset: number
}

interface Gathering {
  readonly type: number
  readonly body: Uint8Array
  readonly have: Uint8Array
  missing: number
}

/** One direction. */
export class FragmentGatherer {
  readonly #messages = new Map<number, Gathering>()

  /** Adds a fragment; the whole body when it is complete, else null. The first copy of a byte wins. */
  add(header: FragmentHeader, bytes: Uint8Array, start: number, end: number): Uint8Array | null {
    if (header.offset === 0 && end - start === header.length) return bytes.slice(start, end)
    if (header.length > MAX_MESSAGE) return null
    let message = this.#messages.get(header.sequence)
    if (message === undefined || message.body.length !== header.length || message.type !== header.type) {
      if (this.#messages.size >= MAX_MESSAGES) this.#messages.clear()
      message = {
        type: header.type,
        body: new Uint8Array(header.length),
        have: new Uint8Array(header.length),
        missing: header.length,
      }
      this.#messages.set(header.sequence, message)
    }
    for (let i = start, to = header.offset; i < end; i++, to++) {
      if (message.have[to] === 1) continue
      message.have[to] = 1
      message.body[to] = bytes[i] as number
      message.missing--
    }
    if (message.missing > 0) return null
    this.#messages.delete(header.sequence)
    return message.body
  }
}
