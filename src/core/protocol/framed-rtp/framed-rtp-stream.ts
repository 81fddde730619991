/**
 * Datagrams framed on TCP by a length of two octets (RFC 4571 §2; with ICE, RFC 6544 §3, STUN, DTLS and media share the connection). One
 * instance a direction.
 */
import { readU16 } from '../../base/bytes.ts'
import { FramedBytes, type OnUnit } from '../../base/framed-bytes.ts'
import type { OnWeird } from '../../base/weird.ts'

const LENGTH_FIELD = 2
/** First octets of RFC 7983 that have no place here: what begins with them shows that framing was lost. */
const isOurOctet = (octet: number): boolean =>
  octet < 4 || (octet >= 16 && octet < 80) || (octet >= 128 && octet < 192)

/** Length of the frame at `at` with its length field; a frame without content is a keep-alive (RFC 4571 §2). */
const frameLength = (bytes: Uint8Array, at: number, end: number): number => {
  if (end - at < LENGTH_FIELD) return 0
  const length = readU16(bytes, at)
  if (length === 0) return LENGTH_FIELD
  if (end - at === LENGTH_FIELD) return 0
  return isOurOctet(bytes[at + LENGTH_FIELD] as number) ? LENGTH_FIELD + length : -1
}

/** See the head of this file. */
export class FramedRtpStream {
  readonly #framed = new FramedBytes(frameLength, LENGTH_FIELD + 1)
  readonly #onWeird: OnWeird

  constructor(onWeird: OnWeird = () => {}) {
    this.#onWeird = onWeird
  }

  /** A fresh stream for the other direction. */
  sibling(): FramedRtpStream {
    return new FramedRtpStream(this.#onWeird)
  }

  /** True once framing is lost for good. */
  get isOpaque(): boolean {
    return this.#framed.isOpaque
  }

  /** Bytes held of a cut frame, at most 64 KiB. */
  get heldBytes(): number {
    return this.#framed.heldBytes
  }

  /** The next bytes in order; `onDatagram` receives the content of each whole frame, in bytes lent for the call. */
  onBytes(bytes: Uint8Array, start: number, end: number, onDatagram: OnUnit, frame = 0): void {
    const losses = this.#framed.losses
    this.#framed.onBytes(bytes, start, end, (unit, from, to) => {
      if (to - from > LENGTH_FIELD) onDatagram(unit, from + LENGTH_FIELD, to)
    })
    if (this.#framed.losses !== losses) this.#onWeird('framed_rtp_lost', frame)
  }

  /** Bytes of the stream are missing here. */
  onGap(): void {
    this.#framed.onGap()
  }
}
