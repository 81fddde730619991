/**
 * One cache line a stream: what the next packet of a settled stream must look like, and how many came that did. A thousand streams taking
 * turns find nothing in the cache, so the fast path may touch one line of this table and one of the recent packets, and no object.
 */
import { readI32, readU16 } from '../../base/bytes.ts'
import type { Micros } from '../../base/clock.ts'

/** 32-bit words of a row; words 10–13 are two 64-bit times. */
const WORDS = 16
const WORD = {
  ssrc: 0,
  next: 1,
  sequence: 2,
  secondOctet: 3,
  timestamp: 4,
  timestampStep: 5,
  wireLength: 6,
  count: 7,
  frame: 8,
  armed: 9,
} as const
const LAST_AT = 5
const UNTIL = 6
const RECENT = 64
/** Version 2, no padding, no extension, no CSRC: all else goes the slow way. */
export const PLAIN_FIRST_OCTET = 0x80
const HOLE = 1_000_000

/** What a packet was to the packets before it. */
export type Recency = 'new' | 'duplicate' | 'ambiguous'

/** See the head of this file. */
export class StreamRows {
  /** Until then (microseconds) only a sample of all packets comes. */
  sampledUntil = -Infinity
  readonly #words: Int32Array
  readonly #times: Float64Array
  readonly #recent: Int32Array

  constructor(capacity: number) {
    const buffer = new ArrayBuffer(capacity * WORDS * 4)
    this.#words = new Int32Array(buffer)
    this.#times = new Float64Array(buffer)
    this.#recent = new Int32Array(capacity * RECENT)
  }

  /** Begins a row for a stream; `next` is the next row of the same flow and direction, or -1. */
  open(slot: number, ssrc: number, next: number): void {
    this.#words.fill(0, slot * WORDS, (slot + 1) * WORDS)
    this.#words[slot * WORDS + WORD.ssrc] = ssrc
    this.#words[slot * WORDS + WORD.next] = next
    this.#recent.fill(0, slot * RECENT, (slot + 1) * RECENT)
  }

  ssrcOf(slot: number): number {
    return this.#words[slot * WORDS + WORD.ssrc] as number
  }

  nextOf(slot: number): number {
    return this.#words[slot * WORDS + WORD.next] as number
  }

  setNext(slot: number, next: number): void {
    this.#words[slot * WORDS + WORD.next] = next
  }

  /** True if the packet is the very next one of a settled stream: it is counted here, and no more needs to be done. */
  takes(
    slot: number,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    wireLength: number,
  ): boolean {
    const words = this.#words
    const row = slot * WORDS
    if (words[row + WORD.armed] === 0 || words[row + WORD.wireLength] !== wireLength) return false
    if (bytes[start] !== PLAIN_FIRST_OCTET || bytes[start + 1] !== words[row + WORD.secondOctet]) return false
    const sequence = readU16(bytes, start + 2)
    if (sequence !== (((words[row + WORD.sequence] as number) + 1) & 0xffff)) return false
    const timestamp = readI32(bytes, start + 4)
    if (((timestamp - (words[row + WORD.timestamp] as number)) | 0) !== words[row + WORD.timestampStep])
      return false
    const times = slot * (WORDS / 2)
    if (at >= (this.#times[times + UNTIL] as number) || at - (this.#times[times + LAST_AT] as number) >= HOLE)
      return false
    const recent = slot * RECENT + (sequence & (RECENT - 1))
    const known = this.#recent[recent] as number
    // A number that came before, as after a restart of the sender, is to be compared with what it carried then.
    if (known !== 0 && known >>> 16 === sequence) return false
    words[row + WORD.sequence] = sequence
    words[row + WORD.timestamp] = timestamp
    words[row + WORD.count] = (words[row + WORD.count] as number) + 1
    words[row + WORD.frame] = frame
    this.#times[times + LAST_AT] = at
    this.#recent[recent] = markOf(sequence, bytes, start, end)
    return true
  }

  /** Says what the next packet must look like; `until`: time of the next look at the stream. */
  arm(
    slot: number,
    expected: {
      sequence: number
      secondOctet: number
      timestamp: number
      timestampStep: number
      wireLength: number
      at: Micros
      until: number
    },
  ): void {
    const row = slot * WORDS
    const words = this.#words
    words[row + WORD.sequence] = expected.sequence
    words[row + WORD.secondOctet] = expected.secondOctet
    words[row + WORD.timestamp] = expected.timestamp
    words[row + WORD.timestampStep] = expected.timestampStep
    words[row + WORD.wireLength] = expected.wireLength
    words[row + WORD.armed] = 1
    this.#times[slot * (WORDS / 2) + LAST_AT] = expected.at
    this.#times[slot * (WORDS / 2) + UNTIL] = expected.until
  }

  /** Packets taken since the last call; the row is disarmed. */
  disarm(slot: number): number {
    const row = slot * WORDS
    const count = this.#words[row + WORD.count] as number
    this.#words[row + WORD.count] = 0
    this.#words[row + WORD.armed] = 0
    return count
  }

  /** Packets taken since the last disarm. */
  countOf(slot: number): number {
    return this.#words[slot * WORDS + WORD.count] as number
  }

  sequenceOf(slot: number): number {
    return this.#words[slot * WORDS + WORD.sequence] as number
  }

  timestampOf(slot: number): number {
    return this.#words[slot * WORDS + WORD.timestamp] as number
  }

  frameOf(slot: number): number {
    return this.#words[slot * WORDS + WORD.frame] as number
  }

  lastAtOf(slot: number): Micros {
    return this.#times[slot * (WORDS / 2) + LAST_AT] as Micros
  }

  /** Compares a packet with the last 64 of the stream by sequence number and content, and remembers it. */
  recencyOf(slot: number, bytes: Uint8Array, start: number, end: number): Recency {
    const sequence = readU16(bytes, start + 2)
    const mark = markOf(sequence, bytes, start, end)
    const at = slot * RECENT + (sequence & (RECENT - 1))
    const known = this.#recent[at] as number
    this.#recent[at] = mark
    if (known === mark) return 'duplicate'
    return known !== 0 && known >>> 16 === sequence ? 'ambiguous' : 'new'
  }
}

/** Sequence number and 16 bits of what the packet carries, never 0. */
const markOf = (sequence: number, bytes: Uint8Array, start: number, end: number): number => {
  const middle = start + 12 + ((end - start - 12) >> 1)
  const folded =
    Math.imul(readI32(bytes, end - 4), 0x85ebca6b) ^
    Math.imul(readI32(bytes, middle), 0xc2b2ae35) ^
    Math.imul(readI32(bytes, start + 4), 0x27d4eb2f) ^
    (end - start)
  return (sequence << 16) | (((folded >>> 16) ^ folded) & 0xffff) | 1
}
