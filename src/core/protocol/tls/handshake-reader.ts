/** Gathers handshake messages that are spread over records; 16 KiB a direction, a certificate chain 32 KiB (HARDENING: bounds). */
import { readU24 } from '../../base/bytes.ts'

const MAX_HELD = 32 * 1024
const HEADER = 4

/** Receives each whole message: its type and body. */
export type OnHandshake = (type: number, bytes: Uint8Array, start: number, end: number) => void

/** One direction. */
export class HandshakeReader {
  #held = new Uint8Array(0)
  /** A message was longer than the bound. */
  overflowed = false

  /** Fragments in order. */
  onFragment(bytes: Uint8Array, start: number, end: number, onMessage: OnHandshake): void {
    let source = bytes
    let at = start
    let stop = end
    if (this.#held.length > 0) {
      source = new Uint8Array(this.#held.length + end - start)
      source.set(this.#held)
      source.set(bytes.subarray(start, end), this.#held.length)
      at = 0
      stop = source.length
    }
    while (stop - at >= HEADER) {
      const length = HEADER + readU24(source, at + 1)
      if (length > MAX_HELD) {
        this.overflowed = true
        this.#held = new Uint8Array(0)
        return
      }
      if (at + length > stop) break
      onMessage(source[at] as number, source, at + HEADER, at + length)
      at += length
    }
    this.#held = source.slice(at, stop)
  }

  /** True while a message is incomplete. */
  get isWaiting(): boolean {
    return this.#held.length > 0
  }
}
