/** telephone-event packets beside a stream's audio (RFC 4733): how many were readable, and how many events their timing shows either way. */
import { readI32 } from '../../base/bytes.ts'
import type { Slice } from './slice.ts'
import { checkTelephoneEvent, EventAgreement } from './telephone-event.ts'

const MAX_FRAMES = 16
const PLAIN_BYTES = 4
/** Back from the payload to the timestamp of a header without CSRC and extension. */
const TIMESTAMP_BACK = 8

/** See the head of this file. */
export class EventWatch {
  /** Packets proven plain, and the first frames of them. */
  plain = 0
  readonly plainFrames: number[] = []
  /** Events by their timestamps. */
  events = 0
  #timestamp = -1
  readonly #agreement = new EventAgreement()

  /** One packet; `named`: SDP says that its payload type is telephone-event. True for the first plain one of the slice. */
  onPacket(
    slice: Slice,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    named: boolean,
  ): boolean {
    const timestamp = readI32(bytes, start - TIMESTAMP_BACK)
    if (timestamp !== this.#timestamp) {
      this.#timestamp = timestamp
      if (named || end - start === PLAIN_BYTES) this.events++
    }
    const look = checkTelephoneEvent(bytes, start, end)
    const agrees = this.#agreement.onPacket(timestamp, bytes, start, end)
    if (look === 'cipher' && named) slice.cipherEvents++
    if (look !== 'plain' || !(named || agrees)) return false
    this.plain++
    if (this.plainFrames.length < MAX_FRAMES) this.plainFrames.push(frame)
    slice.plainEvents++
    slice.plainEventFrame ||= frame
    return slice.plainEvents === 1
  }
}
