/** A stretch of one stream over which the evidence is the same: counters of the deterministic rows and the last window's decision. */
import type { Micros } from '../../base/clock.ts'

/** Excess lengths that are an authentication tag by themselves (RFC 3711 §4.2, RFC 7714 §13). */
const TAG_LENGTHS: readonly number[] = [10, 4, 16]
const VALUES = 4
const TAIL_LIMIT = 64
const SETTLE_PAIRS = 4
const SETTLE_SHARE = 0.8

/** What a statistics window or a deterministic row said of the payload. */
export type PayloadLook = 'plain' | 'random'

/** Mutable evidence counters of one slice. */
export class Slice {
  from: Micros
  to: Micros
  firstFrame: number
  lastFrame: number
  packets = 0
  /** Decision on the payload, with the words and frame behind it; null while undecided. */
  payload: PayloadLook | null = null
  payloadDetail = ''
  payloadFrame = 0
  /** A window ended between plain and random. */
  undecidedWindow = false
  /** Packet pairs that gave an excess length, and how many packets were padded by exactly the excess. */
  pairs = 0
  padded = 0
  /** telephone-event packets of plain and of cipher length, with the first frame of each. */
  plainEvents = 0
  plainEventFrame = 0
  cipherEvents = 0
  /** Packets with a cryptex extension profile (RFC 9335 §5.1). */
  cryptex = 0
  /** Opened because a key exchange completed just before. */
  afterKeys = false
  readonly #values = new Int16Array(VALUES)
  readonly #counts = new Uint32Array(VALUES)
  #tail: Uint8Array | null = null
  #tailSame: Uint8Array | null = null
  #tailPackets = 0

  constructor(at: Micros, frame: number) {
    this.from = at
    this.to = at
    this.firstFrame = frame
    this.lastFrame = frame
  }

  /** Takes the decision of a statistics window, `null` = between plain and random. */
  decide(look: PayloadLook | null, detail: string, frame: number): void {
    this.payload = look
    this.payloadDetail = detail
    this.payloadFrame = frame
    this.undecidedWindow = look === null
  }

  /** Counts an excess length, of `times` pairs; `padded` = the packet had P=1 and its last byte was that length. */
  addExcess(excess: number, padded: boolean, times = 1): void {
    this.pairs += times
    if (padded) this.padded += times
    for (let i = 0; i < VALUES; i++) {
      if (this.#counts[i] === 0 || this.#values[i] === excess) {
        this.#values[i] = excess
        this.#counts[i] = (this.#counts[i] as number) + times
        if (i > 0 && (this.#counts[i] as number) > (this.#counts[i - 1] as number)) this.#swap(i)
        return
      }
    }
  }

  /** The excess length if the same was found in ≥ 80 % of ≥ 4 pairs, else null. */
  excess(): number | null {
    const count = this.#counts[0] as number
    return count >= SETTLE_PAIRS && count >= SETTLE_SHARE * this.pairs ? (this.#values[0] as number) : null
  }

  /** The most frequent excess length so far, settled or not; null without pairs. */
  leadingExcess(): number | null {
    return this.pairs > 0 ? (this.#values[0] as number) : null
  }

  /**
   * Tag length in bytes that the settled excess proves, 0 for none, null if it cannot be told: 4, 10 and 16 are tags; more is a tag only if
   * what precedes it is the same in all packets, as an MKI is (RFC 3711 §3.1); padding is no evidence.
   */
  tagBytes(): number | null {
    const excess = this.excess()
    if (excess === null || excess < 0) return null
    if (excess === 0) return 0
    if (this.padded >= SETTLE_PAIRS && this.padded >= SETTLE_SHARE * this.pairs) return null
    if (TAG_LENGTHS.includes(excess)) return excess
    for (const tag of TAG_LENGTHS) if (excess > tag && this.#mkiHolds(excess, tag)) return tag
    return null
  }

  /** Watches the bytes where an MKI would stand, for an excess that is not a bare tag. */
  watchTail(bytes: Uint8Array, end: number, excess: number): void {
    if (excess <= 4 || excess > TAIL_LIMIT || TAG_LENGTHS.includes(excess)) return
    if (this.#tail === null || this.#tailSame === null || this.#tail.length !== excess) {
      this.#tail = bytes.slice(end - excess, end)
      this.#tailSame = new Uint8Array(excess).fill(1)
      this.#tailPackets = 1
      return
    }
    for (let i = 0; i < excess; i++) if (bytes[end - excess + i] !== this.#tail[i]) this.#tailSame[i] = 0
    this.#tailPackets++
  }

  #mkiHolds(excess: number, tag: number): boolean {
    if (this.#tailSame === null || this.#tailSame.length !== excess || this.#tailPackets < SETTLE_PAIRS)
      return false
    const same = this.#tailSame
    for (let i = 0; i < excess - tag; i++) if (same[i] === 0) return false
    // The tag itself differs from packet to packet; bytes that are all the same are padding, not a tag.
    for (let i = excess - tag; i < excess; i++) if (same[i] === 0) return true
    return false
  }

  #swap(i: number): void {
    const value = this.#values[i] as number
    const count = this.#counts[i] as number
    this.#values[i] = this.#values[i - 1] as number
    this.#counts[i] = this.#counts[i - 1] as number
    this.#values[i - 1] = value
    this.#counts[i - 1] = count
  }
}
