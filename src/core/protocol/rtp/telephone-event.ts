/** telephone-event packets (RFC 4733 §2.3): four bytes an event in the clear, with an authentication tag more when they are SRTP. */
import { readI32, readU16 } from '../../base/bytes.ts'

const EVENT_BYTES = 4
/** Four bytes and a tag of 4, 10 or 16 bytes. */
const CIPHER_LENGTHS: readonly number[] = [8, 14, 20]
/** DTMF and hook flash (RFC 4733 §3.2). */
const LAST_EVENT = 16
const RESERVED = 0x40
/** Two seconds at 8 kHz: an event that lasts longer was shorter in its first packets. */
const LONGEST_START = 16_000
/** Event code, R and volume: the same in all packets of an event; E rises with the last. */
const CONSTANT_BITS = 0xff7f0000 | 0

/**
 * What the whole payload `bytes[start, end)` of a telephone-event packet is. `plain`: four bytes that make sense as an event, as four random
 * ones do in 1 of 120; `cipher`: as long as one event with a tag; null: neither, or both (RFC 4733 §2.5.1.5 lets a packet carry several).
 */
export const checkTelephoneEvent = (
  bytes: Uint8Array,
  start: number,
  end: number,
): 'plain' | 'cipher' | null => {
  const length = end - start
  if (length === EVENT_BYTES) return isEvent(bytes, start) ? 'plain' : null
  if (!CIPHER_LENGTHS.includes(length)) return null
  const isSeveral = length % EVENT_BYTES === 0 && isEvent(bytes, start) && isEvent(bytes, start + EVENT_BYTES)
  return isSeveral ? null : 'cipher'
}

const isEvent = (bytes: Uint8Array, at: number): boolean =>
  (bytes[at] as number) <= LAST_EVENT &&
  ((bytes[at + 1] as number) & RESERVED) === 0 &&
  readU16(bytes, at + 2) <= LONGEST_START

/**
 * The same for a payload type that nothing names: an empty packet that only keeps a path open (RFC 6263 §4.6) is four bytes under SRTP with
 * _32, and in a long call some of them look like an event. Two packets of one event must agree: 1 pair of random ones in 5 million does.
 */
export class EventAgreement {
  #timestamp = 0
  #word = 0
  #isOpen = false

  /** `timestamp`: of the RTP header, the same in all packets of an event. True from the second packet that continues an event. */
  onPacket(timestamp: number, bytes: Uint8Array, start: number, end: number): boolean {
    const word = readI32(bytes, start)
    const isPlain = checkTelephoneEvent(bytes, start, end) === 'plain'
    const agrees =
      isPlain &&
      this.#isOpen &&
      timestamp === this.#timestamp &&
      ((word ^ this.#word) & CONSTANT_BITS) === 0 &&
      (word & 0xffff) >= (this.#word & 0xffff)
    this.#timestamp = timestamp
    this.#word = word
    this.#isOpen = isPlain
    return agrees
  }
}
