/**
 * SIP over a byte stream (RFC 3261 §18.3): TCP, or TLS with a NULL cipher. One instance a direction.
 *
 * Rules: line ends between messages are keep-alives. A message is complete when its header section and Content-Length bytes are there; until
 * then its bytes are held, at most 64 KiB. When its length cannot be known (no, unreadable, contradicting or absurd Content-Length) what has
 * arrived is delivered up to the next start line. What is no start line is skipped line by line, so the stream recovers from a gap, from
 * garbage and from a start in the middle. A message that stays incomplete for 32 s (RFC 3261 §17: 64·T1) is delivered as far as it came.
 */
import { type Micros, SECOND } from '../../base/clock.ts'
import type { OnWeird } from '../../base/weird.ts'
import { MAX_LINE, MAX_MESSAGE } from './constants.ts'
import { onFramingHeader } from './header-fields.ts'
import { eachHeader } from './header-lines.ts'
import { MessageDraft } from './message-draft.ts'
import { parseSipMessage } from './parse-message.ts'
import { probeSip } from './probe.ts'
import { CR, indexOfByte, LF, skipSpace } from './scan.ts'
import type { SipMessage } from './sip-message.ts'

/** Receives each message with the number of the frame that completed it. */
export type OnSipMessage = (message: SipMessage, frame: number) => void

const STALL = 32 * SECOND
const FIRST_BUFFER = 2_048
const NOTHING = new Uint8Array(0)

/** See the head of this file. */
export class SipStream {
  readonly #seed: number
  readonly #onWeird: OnWeird
  /** Bytes of an incomplete message, `#buffer[0, #held)`; the array is dropped whenever nothing is held. */
  #buffer = NOTHING
  #held = 0
  /** Capture time at which the first held byte came. */
  #heldSince = 0
  /** How far the held bytes were searched for the end of the header section. */
  #scanned = 0
  /** Length of the header section of the message that is held, 0 = its end has not come. */
  #headerLength = 0
  /** Length of the whole message that is held, -1 = unknown. */
  #messageLength = -1
  /** True while skipping towards a start line. */
  #searching = false
  /** Messages delivered. */
  messages = 0

  /**
   * `seed` is the per-start secret of the identities in the messages. `onWeird` hears of what is wrong with the stream; what is wrong with a
   * message stands in the message.
   */
  constructor(seed: number, onWeird: OnWeird = () => {}) {
    this.#seed = seed
    this.#onWeird = onWeird
  }

  /** Bytes that are held of an incomplete message. */
  get heldBytes(): number {
    return this.#held
  }

  /** The next bytes of the stream, in order. `bytes` is read during the call only. */
  onBytes(
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    onMessage: OnSipMessage,
  ): void {
    if (this.#held > 0 && at - this.#heldSince > STALL) {
      this.#onWeird('sip_stream_stalled', frame)
      this.#giveUp(frame, onMessage)
    }
    if (this.#heldIsNothing(bytes, start, end)) this.#drop(this.#held, at)
    if (this.#held === 0) {
      const used = this.#take(frame, bytes, start, end, onMessage)
      if (used < end) this.#hold(bytes, used, end, at)
      return
    }
    // The buffer never grows beyond one message: what is behind the limit is taken in further rounds.
    for (let from = start; from < end;) {
      const piece = Math.min(end, from + MAX_MESSAGE - this.#held)
      this.#hold(bytes, from, piece, at)
      from = piece
      this.#drop(this.#take(frame, this.#buffer, 0, this.#held, onMessage), at)
    }
  }

  /** Bytes of the stream are missing here. What is held is delivered if its header section is complete. */
  onGap(frame = 0, onMessage: OnSipMessage = () => {}): void {
    this.#giveUp(frame, onMessage)
    this.#resync(frame)
  }

  /** The connection has ended: as a gap, without anything to come. */
  onEnd(frame = 0, onMessage: OnSipMessage = () => {}): void {
    this.#giveUp(frame, onMessage)
  }

  #giveUp(frame: number, onMessage: OnSipMessage): void {
    if (this.#headerLength > 0) this.#deliver(frame, this.#buffer, 0, this.#held, onMessage)
    this.#forget()
    this.#drop(this.#held, 0)
  }

  /**
   * A cut line that is held and cannot begin a message would be glued to the start line that the next piece begins with, and hide it.
   * (A held `INV` is not dropped for a following `ITE sip:…`: it may begin one.)
   */
  #heldIsNothing(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#held === 0 || this.#scanned > 0) return false
    if (probeSip(this.#buffer, 0, this.#held) !== 'not-for-us') return false
    return probeSip(bytes, start, end) === 'certain'
  }

  #forget(): void {
    this.#scanned = 0
    this.#headerLength = 0
    this.#messageLength = -1
  }

  #resync(frame: number): void {
    if (!this.#searching) this.#onWeird('sip_stream_resync', frame)
    this.#searching = true
  }

  #hold(bytes: Uint8Array, start: number, end: number, at: number): void {
    const needed = this.#held + end - start
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(
        Math.min(MAX_MESSAGE, Math.max(FIRST_BUFFER, this.#buffer.length * 2, needed)),
      )
      grown.set(this.#buffer.subarray(0, this.#held))
      this.#buffer = grown
    }
    if (this.#held === 0) this.#heldSince = at
    this.#buffer.set(bytes.subarray(start, end), this.#held)
    this.#held = needed
  }

  #drop(count: number, at: number): void {
    if (count === 0) return
    this.#buffer.copyWithin(0, count, this.#held)
    this.#held -= count
    this.#heldSince = at
    if (this.#held === 0) this.#buffer = NOTHING
  }

  /** Takes whole messages from `bytes[start, end)`; gives the index of the first byte that must be held. */
  #take(frame: number, bytes: Uint8Array, start: number, end: number, onMessage: OnSipMessage): number {
    let at = start
    while (at < end) {
      if (this.#headerLength === 0) {
        if (this.#scanned === 0) at = skipSpace(bytes, at, end)
        const next = this.#findHeader(frame, bytes, at, end)
        if (next < 0) return at
        if (next > at) {
          at = next
          continue
        }
      }
      const next = this.#takeMessage(frame, bytes, at, end, onMessage)
      if (next < 0) return at
      at = next
    }
    return end
  }

  /** Looks for a complete header section at `at`: `at` = found, more = skipped so far as nothing, -1 = wait for more bytes. */
  #findHeader(frame: number, bytes: Uint8Array, at: number, end: number): number {
    if (at === end) return -1
    if (this.#scanned === 0) {
      const lineFeed = indexOfByte(bytes, LF, at, Math.min(end, at + MAX_LINE))
      const complete = lineFeed < end && bytes[lineFeed] === LF
      if (!complete && end - at < MAX_LINE) return -1
      if (!complete || probeSip(bytes, at, lineFeed + 1) === 'not-for-us') {
        this.#resync(frame)
        return Math.min(lineFeed + 1, end)
      }
      this.#scanned = lineFeed + 1 - at
      this.#searching = false
    }
    const body = this.#findHeaderEnd(bytes, at, end)
    if (body >= 0) {
      this.#headerLength = body - at
      this.#messageLength = this.#readLength(bytes, at, body)
      return at
    }
    this.#scanned = end - at
    if (end - at < MAX_MESSAGE) return -1
    this.#onWeird('sip_stream_overflow', frame)
    this.#resync(frame)
    this.#forget()
    return end
  }

  /** Index behind the empty line, or -1. The two bytes before the searched part may belong to it. */
  #findHeaderEnd(bytes: Uint8Array, at: number, end: number): number {
    for (let i = indexOfByte(bytes, LF, Math.max(at, at + this.#scanned - 2), end); i < end;) {
      const next = bytes[i + 1] === CR ? i + 2 : i + 1
      if (next < end && bytes[next] === LF) return next + 1
      i = indexOfByte(bytes, LF, i + 1, end)
    }
    return -1
  }

  /** Length of the message whose header section is `bytes[start, body)`, -1 if it cannot be known or is absurd. */
  #readLength(bytes: Uint8Array, start: number, body: number): number {
    const draft = new MessageDraft(this.#seed)
    eachHeader(
      bytes,
      indexOfByte(bytes, LF, start, body) + 1,
      body,
      draft.note,
      (nameStart, nameEnd, from, stop) => onFramingHeader(draft, bytes, nameStart, nameEnd, from, stop),
    )
    // RFC 3261 §18.3 demands Content-Length on streams; without it a message that names no body has none.
    const length = draft.contentLength === -1 && draft.contentType === '' ? 0 : draft.contentLength
    return length < 0 || body - start + length > MAX_MESSAGE ? -1 : body - start + length
  }

  /** Delivers the message at `at`, whose header section is complete; gives the index behind it, or -1 to wait for its body. */
  #takeMessage(frame: number, bytes: Uint8Array, at: number, end: number, onMessage: OnSipMessage): number {
    const known = this.#messageLength >= 0
    if (known && end - at < this.#messageLength) return -1
    const stop = known ? at + this.#messageLength : this.#nextStartLine(bytes, at + this.#headerLength, end)
    this.#deliver(frame, bytes, at, stop, onMessage)
    this.#forget()
    if (!known) this.#resync(frame)
    return stop
  }

  /** First line in `[start, end)` that begins a message for certain, else `end`. */
  #nextStartLine(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end;) {
      const next = indexOfByte(bytes, LF, at, end) + 1
      if (probeSip(bytes, at, Math.min(next, end)) === 'certain') return at
      at = next
    }
    return end
  }

  #deliver(frame: number, bytes: Uint8Array, start: number, end: number, onMessage: OnSipMessage): void {
    const message = parseSipMessage(bytes, start, end, this.#seed)
    this.messages++
    onMessage(message, frame)
  }
}
