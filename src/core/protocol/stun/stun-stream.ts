/**
 * STUN and ChannelData over TCP (RFC 8489 §6.2.2, RFC 8656 §3.1 and §12.5): both carry their length, and the first octet tells them apart.
 * One instance a direction.
 */
import { readI32, readU16 } from '../../base/bytes.ts'
import { FramedBytes, type OnUnit } from '../../base/framed-bytes.ts'
import type { OnWeird } from '../../base/weird.ts'
import { HEADER_LENGTH, MAGIC_COOKIE } from './constants.ts'
import type { Probe } from './probe.ts'
import { isChannelOctet, paddedChannelLength } from './turn.ts'

/** Type, length and cookie: as much as must be seen to know a message from noise. */
const LOOK = 8
const CHANNEL_LOOK = 4

/** Length of the message at `at`, 0 = not yet known, -1 = none begins here. Over TCP there is no RFC 3489: it was UDP or TLS only. */
const messageLength = (bytes: Uint8Array, at: number, end: number): number => {
  const first = bytes[at] as number
  if (isChannelOctet(first)) return end - at < CHANNEL_LOOK ? 0 : paddedChannelLength(bytes, at)
  if ((first & 0xc0) !== 0) return -1
  if (end - at < LOOK) return 0
  const length = readU16(bytes, at + 2)
  if ((length & 3) !== 0 || readI32(bytes, at + 4) !== MAGIC_COOKIE) return -1
  return HEADER_LENGTH + length
}

/** See the head of this file. */
export class StunStream {
  readonly #framed = new FramedBytes(messageLength, LOOK)
  readonly #onWeird: OnWeird

  constructor(onWeird: OnWeird = () => {}) {
    this.#onWeird = onWeird
  }

  /** True once framing is lost for good. */
  get isOpaque(): boolean {
    return this.#framed.isOpaque
  }

  /** Bytes held of a cut message, at most 64 KiB and a header. */
  get heldBytes(): number {
    return this.#framed.heldBytes
  }

  /** The next bytes in order; `onMessage` receives each whole message, ChannelData with its padding, in bytes lent for the call. */
  onBytes(bytes: Uint8Array, start: number, end: number, onMessage: OnUnit, frame = 0): void {
    const losses = this.#framed.losses
    this.#framed.onBytes(bytes, start, end, onMessage)
    if (this.#framed.losses !== losses) this.#onWeird('stun_stream_lost', frame)
  }

  /** Bytes of the stream are missing here. */
  onGap(): void {
    this.#framed.onGap()
  }
}

/**
 * Whether a piece of a TCP stream, at the beginning of a segment, is STUN or TURN: `certain` with the cookie, or with two channel messages
 * or more that fill the piece exactly (a connection older than the capture); `unsure` with one.
 */
export const probeStunStream = (bytes: Uint8Array, start: number, end: number): Probe => {
  let at = start
  let channels = 0
  while (at < end) {
    const isStun = !isChannelOctet(bytes[at] as number)
    const length = messageLength(bytes, at, end)
    if (length < 0) return 'not-for-us'
    if (isStun) return length > 0 || channels > 1 ? 'certain' : 'unsure'
    if (length === 0 || at + length > end) return channels > 1 ? 'unsure' : 'not-for-us'
    channels++
    at += length
  }
  return channels > 1 ? 'certain' : channels === 1 ? 'unsure' : 'not-for-us'
}
