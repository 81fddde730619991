/**
 * Puts fragmented DTLS handshake messages together (RFC 6347 §4.2.3): by message sequence, any order, overlaps allowed. Bounds: a message has
 * 16 KiB, a certificate chain 32 KiB, all that wait 48 KiB together, the oldest is given up first.
 */
import { maxHandshake } from '../tls/index.ts'

const MAX_HELD = 48 * 1024
/** What a waiting message costs beside its bytes. */
const OVERHEAD = 128

/** Header of one fragment. */
export interface FragmentHeader {
  readonly type: number
  readonly sequence: number
  readonly length: number
  readonly offset: number
}

/** A whole message, lent; or that more is missing; or what is wrong with the fragment. */
export type Gathered =
  | { readonly bytes: Uint8Array; readonly start: number; readonly end: number }
  | 'more'
  | 'too-long'
  | 'contradiction'

interface Gathering {
  readonly type: number
  readonly body: Uint8Array
  /** One bit a byte of `body`. */
  readonly have: Uint8Array
  missing: number
}

const costOf = ({ body, have }: Gathering): number => body.length + have.length + OVERHEAD

/** One direction of one handshake. */
export class FragmentGatherer {
  /** In order of age. */
  readonly #messages = new Map<number, Gathering>()
  #held = 0
  /** Messages given up for want of room. */
  dropped = 0

  /** Bytes held, with what goes with them. */
  get heldBytes(): number {
    return this.#held
  }

  /** Adds the fragment `bytes[start, end)`, which fits its header. Copies of a byte that differ are a contradiction. */
  add(header: FragmentHeader, bytes: Uint8Array, start: number, end: number): Gathered {
    if (header.length > maxHandshake(header.type)) return 'too-long'
    if (end - start === header.length && !this.#messages.has(header.sequence)) return { bytes, start, end }
    const message = this.#messages.get(header.sequence) ?? this.#begin(header)
    if (message.body.length !== header.length || message.type !== header.type) return 'contradiction'
    if (!copyInto(message, header.offset, bytes, start, end)) return 'contradiction'
    if (message.missing > 0) return 'more'
    this.#forget(header.sequence, message)
    return { bytes: message.body, start: 0, end: message.body.length }
  }

  #begin({ type, sequence, length }: FragmentHeader): Gathering {
    const message = {
      type,
      body: new Uint8Array(length),
      have: new Uint8Array((length + 7) >> 3),
      missing: length,
    }
    for (const [oldest, waiting] of this.#messages) {
      if (this.#held + costOf(message) <= MAX_HELD) break
      this.#forget(oldest, waiting)
      this.dropped++
    }
    this.#messages.set(sequence, message)
    this.#held += costOf(message)
    return message
  }

  #forget(sequence: number, message: Gathering): void {
    this.#messages.delete(sequence)
    this.#held -= costOf(message)
  }
}

/** False if a byte that is there already differs: the first copy stays. */
const copyInto = (
  message: Gathering,
  offset: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean => {
  const { body, have } = message
  let agrees = true
  for (let from = start, to = offset; from < end; from++, to++) {
    const bit = 1 << (to & 7)
    if (((have[to >> 3] as number) & bit) !== 0) {
      if (body[to] !== bytes[from]) agrees = false
      continue
    }
    have[to >> 3] = (have[to >> 3] as number) | bit
    body[to] = bytes[from] as number
    message.missing--
  }
  return agrees
}
