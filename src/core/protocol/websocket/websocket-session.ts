/**
 * SIP over WebSocket (RFC 6455, RFC 7118) on one TCP connection, both directions.
 *
 * Rules, for each direction alone:
 *   start      the next piece is a handshake (→ handshake), a frame with SIP in it (→ frames: the connection is older than the capture), a
 *              whole control frame (skipped), or nothing that we know (skipped; 16 times → opaque)
 *   handshake  until the empty line; then `sip` was named: frames; another subprotocol was chosen: opaque; else start
 *   frames     frames one behind the other; each whole data message goes to onMessage
 *   opaque     nothing is read any more
 * A gap leads back to start. A compressed message (RFC 7692) cannot be read: it is counted, skipped, and `compressed` says so.
 */
import type { Direction } from '../../base/endpoint.ts'
import type { OnWeird } from '../../base/weird.ts'
import { MAX_FRAME, MAX_MESSAGE, MAX_UNRECOGNISED, OPCODE } from './constants.ts'
import { decodeFrameHeader, FrameHeader, unmaskInto } from './frame-header.ts'
import { type Handshake, handshakeEnd, looksLikeHandshake, parseHandshake } from './handshake.ts'
import { LOOK, probeSipFrame } from './probe.ts'

/** Receives each whole SIP message as bytes that are valid during the call only. */
export type OnWebSocketMessage = (
  direction: Direction,
  bytes: Uint8Array,
  start: number,
  end: number,
  frame: number,
) => void

const NOTHING = new Uint8Array(0)

const other = (direction: Direction): Direction => (direction === 0 ? 1 : 0)
const FIRST_BUFFER = 1_024

/** RFC 7118 §6: a message of line ends only keeps the connection alive. */
const isKeepAlive = (message: Uint8Array, length: number): boolean => {
  if (length > 8) return false
  for (let at = 0; at < length; at++) if (message[at] !== 13 && message[at] !== 10) return false
  return true
}

/** One direction of the connection. */
class Side {
  state: 'start' | 'handshake' | 'frames' | 'opaque' = 'start'
  /** Bytes that wait for more: a handshake, or a frame header that is cut. */
  held = NOTHING
  heldLength = 0
  readonly header = new FrameHeader()
  /** Payload bytes of the current frame that have not come; -1 = between frames. */
  remaining = -1
  /** The message so far. */
  message = NOTHING
  messageLength = 0
  /** Within a fragmented message. */
  inMessage = false
  /** The current message is not kept (compressed, too long, not from its start). */
  skipping = false
  unrecognised = 0

  /** Back to a state where the next piece decides. */
  restart(): void {
    this.state = 'start'
    this.held = NOTHING
    this.heldLength = 0
    this.remaining = -1
    this.dropMessage()
  }

  dropMessage(): void {
    this.message = NOTHING
    this.messageLength = 0
    this.inMessage = false
    this.skipping = false
  }

  /** Appends to what waits. */
  hold(bytes: Uint8Array, start: number, end: number): void {
    const joined = new Uint8Array(this.heldLength + end - start)
    joined.set(this.held.subarray(0, this.heldLength))
    joined.set(bytes.subarray(start, end), this.heldLength)
    this.held = joined
    this.heldLength = joined.length
  }

  /** Makes room for `more` message bytes; false if the message is longer than we keep. */
  reserve(more: number): boolean {
    const needed = this.messageLength + more
    if (needed > MAX_MESSAGE) return false
    if (needed > this.message.length) {
      const grown = new Uint8Array(
        Math.min(MAX_MESSAGE, Math.max(FIRST_BUFFER, this.message.length * 2, needed)),
      )
      grown.set(this.message.subarray(0, this.messageLength))
      this.message = grown
    }
    return true
  }
}

/** See the head of this file. */
export class WebSocketSession {
  readonly #sides: readonly [Side, Side] = [new Side(), new Side()]
  readonly #onMessage: OnWebSocketMessage
  readonly #onWeird: OnWeird
  /** A handshake that named the subprotocol `sip`, or a frame with SIP in it, was seen. */
  recognised = false
  /** A compressed message was met: part of the signalling is unreadable. */
  compressed = false
  /** Which direction the client talks in: it sent the request, or masks its frames (RFC 6455 §5.3); null while unknown. */
  clientDirection: Direction | null = null
  /** Messages delivered. */
  messages = 0

  constructor(onMessage: OnWebSocketMessage, onWeird: OnWeird = () => {}) {
    this.#onMessage = onMessage
    this.#onWeird = onWeird
  }

  /** True once neither direction is read any more. */
  get opaque(): boolean {
    return this.#sides[0].state === 'opaque' && this.#sides[1].state === 'opaque'
  }

  /** The next bytes of one direction, in order. */
  onBytes(direction: Direction, frame: number, bytes: Uint8Array, start: number, end: number): void {
    const side = this.#sides[direction]
    let from = start
    let source = bytes
    let stop = end
    if (side.heldLength > 0 && side.state !== 'opaque') {
      side.hold(bytes, start, end)
      source = side.held
      from = 0
      stop = side.heldLength
      side.held = NOTHING
      side.heldLength = 0
    }
    while (from < stop) {
      const next = this.#step(side, direction, frame, source, from, stop)
      if (next < 0) {
        side.hold(source, from, stop)
        return
      }
      from = next
    }
  }

  /** Bytes are missing here: what is half read is dropped. */
  onGap(direction: Direction): void {
    const side = this.#sides[direction]
    if (side.state !== 'opaque') side.restart()
  }

  /** One step of a direction from `at`; gives the next index, or -1 to wait for more. */
  #step(side: Side, direction: Direction, frame: number, bytes: Uint8Array, at: number, end: number): number {
    switch (side.state) {
      case 'start':
        return this.#onStart(side, frame, bytes, at, end)
      case 'handshake':
        return this.#onHandshake(side, direction, frame, bytes, at, end)
      case 'frames':
        return this.#onFrames(side, direction, frame, bytes, at, end)
      case 'opaque':
        return end
    }
  }

  #onStart(side: Side, frame: number, bytes: Uint8Array, at: number, end: number): number {
    if (looksLikeHandshake(bytes, at, end)) {
      side.state = 'handshake'
      return at
    }
    const probe = probeSipFrame(bytes, at, end)
    if (probe === 'certain') {
      this.recognised = true
      side.state = 'frames'
      return at
    }
    if (probe === 'unsure' && end - at < LOOK) return -1
    const whole = decodeFrameHeader(side.header, bytes, at, end) && side.header.wellFormed
    const next = at + side.header.headerLength + side.header.payloadLength
    if (whole && next <= end) return next
    // After the handshake the first frames of the other direction may be keep-alives or cut: only pieces that make no sense count.
    this.#onWeird('websocket_unrecognised', frame)
    side.unrecognised++
    if (side.unrecognised >= MAX_UNRECOGNISED) side.state = 'opaque'
    return end
  }

  #onHandshake(
    side: Side,
    direction: Direction,
    frame: number,
    bytes: Uint8Array,
    at: number,
    end: number,
  ): number {
    const stop = handshakeEnd(bytes, at, end)
    if (stop === -1) return -1
    const handshake = stop < 0 ? null : parseHandshake(bytes, at, stop)
    if (handshake === null) {
      this.#onWeird('websocket_bad_handshake', frame)
      side.state = 'opaque'
      return end
    }
    this.clientDirection = handshake.kind === 'request' ? direction : other(direction)
    this.#onUpgrade(side, handshake)
    return stop
  }

  #onUpgrade(side: Side, handshake: Handshake): void {
    const request = handshake.kind === 'request'
    side.state = 'start'
    if (!handshake.upgrade || (!request && handshake.status !== 101)) return
    if (!handshake.protocols.includes('sip')) {
      // Another subprotocol is not ours; without a name the frames must tell.
      if (handshake.protocols.length > 0) side.state = 'opaque'
      return
    }
    this.recognised = true
    if (request) return
    // A refused request is followed by another: only the answer makes frames of what comes, and then in both directions.
    for (const each of this.#sides) if (each.state === 'start') each.state = 'frames'
  }

  #onFrames(
    side: Side,
    direction: Direction,
    frame: number,
    bytes: Uint8Array,
    at: number,
    end: number,
  ): number {
    if (side.remaining < 0) {
      if (!decodeFrameHeader(side.header, bytes, at, end)) return -1
      if (!this.#onFrameHeader(side, direction, frame)) return end
      return this.#finishFrame(side, direction, frame, at + side.header.headerLength)
    }
    const stop = Math.min(end, at + side.remaining)
    this.#onPayload(side, frame, bytes, at, stop)
    side.remaining -= stop - at
    return this.#finishFrame(side, direction, frame, stop)
  }

  /** Checks the header just read and begins its frame; false if the direction was given up. */
  #onFrameHeader(side: Side, direction: Direction, frame: number): boolean {
    const { header } = side
    if (!header.wellFormed || header.payloadLength > MAX_FRAME) {
      this.#onWeird(header.wellFormed ? 'websocket_bad_length' : 'websocket_bad_frame', frame)
      side.restart()
      side.unrecognised++
      if (side.unrecognised >= MAX_UNRECOGNISED) side.state = 'opaque'
      return false
    }
    this.#checkMask(header, direction, frame)
    side.remaining = header.payloadLength
    if (header.opcode >= OPCODE.close) return true
    if (header.opcode !== OPCODE.continuation) this.#beginMessage(side, frame)
    else if (!side.inMessage) {
      this.#onWeird('websocket_bad_frame', frame)
      side.skipping = true
    }
    side.inMessage = true
    return true
  }

  #beginMessage(side: Side, frame: number): void {
    // A new message inside a fragmented one (RFC 6455 §5.4): the old one is lost.
    if (side.inMessage) this.#onWeird('websocket_bad_frame', frame)
    side.dropMessage()
    if (!side.header.compressed) return
    side.skipping = true
    this.compressed = true
    this.#onWeird('websocket_compressed', frame)
  }

  #checkMask(header: FrameHeader, direction: Direction, frame: number): void {
    if (this.clientDirection === null) {
      this.clientDirection = header.masked ? direction : other(direction)
    } else if (header.masked !== (direction === this.clientDirection))
      this.#onWeird('websocket_bad_masking', frame)
  }

  #onPayload(side: Side, frame: number, bytes: Uint8Array, start: number, end: number): void {
    const { header } = side
    if (header.opcode >= OPCODE.close || side.skipping) return
    if (!side.reserve(end - start)) {
      this.#onWeird('websocket_message_too_long', frame)
      side.message = NOTHING
      side.messageLength = 0
      side.skipping = true
      return
    }
    const phase = header.payloadLength - side.remaining
    unmaskInto(side.message.subarray(side.messageLength), bytes, start, end, header.mask, phase)
    side.messageLength += end - start
  }

  /** If the frame has no bytes to come: ends it, and its message if it was the last. Gives `at`. */
  #finishFrame(side: Side, direction: Direction, frame: number, at: number): number {
    if (side.remaining > 0) return at
    side.remaining = -1
    const { header } = side
    if (header.opcode >= OPCODE.close || !header.final) return at
    const { message, messageLength, skipping } = side
    side.dropMessage()
    if (skipping || isKeepAlive(message, messageLength)) return at
    this.messages++
    this.#onMessage(direction, message, 0, messageLength, frame)
    return at
  }
}
