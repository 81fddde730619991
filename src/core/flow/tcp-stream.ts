/**
 * One direction of a TCP connection: puts segments in order and passes their bytes on, without a copy when they come in order.
 * The first copy of a byte wins. A hole is waited for within bounds, then named with its size and stepped over.
 */
import { copyBytes } from '../base/bytes.ts'
import type { Micros } from '../base/clock.ts'
import type { Direction } from '../base/endpoint.ts'
import type { OnWeird } from '../base/weird.ts'

/** Hears of each direction of each connection. `bytes` are lent: whoever wants to keep them copies them. */
export interface TcpSink {
  /** A direction begins; `synSeen` is false if its first bytes may be missing. May come again for a flow whose ports were used anew. */
  onTcpStart(flow: number, direction: Direction, at: Micros, frame: number, synSeen: boolean): void
  /** The next bytes in order; `at` and `frame` are those of the packet that brought them. */
  onTcpBytes(
    flow: number,
    direction: Direction,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void
  /** `missing` bytes will never come (0: nobody knows how many); `frame` is the first one behind the hole. */
  onTcpGap(flow: number, direction: Direction, at: Micros, frame: number, missing: number): void
  onTcpEnd(flow: number, direction: Direction, at: Micros, frame: number, reason: 'fin' | 'rst'): void
  /** Two versions of the same byte were seen (the first was passed on): `ambiguous-stream`. */
  onTcpOverlap?(flow: number, direction: Direction, at: Micros, frame: number): void
}

/** Bounds of HARDENING "TCP streams"; a test may lower them. */
export interface TcpLimits {
  /** Connections; both directions are one. */
  readonly connections: number
  /** Bytes that wait behind a hole of one direction before it is given up, and that may never be exceeded. */
  readonly softBytes: number
  readonly hardBytes: number
  /** Bytes that wait in all. */
  readonly totalBytes: number
  /** Pieces that wait behind a hole of one direction. */
  readonly pieces: number
  /** How long a hole is waited for, in microseconds of capture time. */
  readonly holeTimeout: number
  readonly idleTimeout: number
  /** One-way connections from one source address, enforced above 75 % of `connections`. */
  readonly perSource: number
}

/** What all directions share. */
export interface TcpPool {
  readonly sink: TcpSink
  readonly onWeird: OnWeird
  readonly limits: TcpLimits
  /** Directions that wait for a hole. */
  readonly holes: Set<TcpStream>
  /** Bytes that wait, in all directions together. */
  held: number
}

const NOTHING = new Uint8Array(0)

/** One segment with payload on its way through: a record that is filled anew for each and trimmed as it goes. */
export class TcpSegment {
  at: Micros = 0 as Micros
  frame = 0
  /** Sequence number of the first byte. */
  sequence = 0
  /** Bytes on the wire; `bytes[start, end)` was captured of them. */
  length = 0
  bytes: Uint8Array = NOTHING
  start = 0
  end = 0

  /** Bytes that were captured. */
  get captured(): number {
    return this.end - this.start
  }

  /** Lets go of the packet. */
  release(): void {
    this.bytes = NOTHING
  }
}

/** A run of bytes that came before its turn. `length` is the wire's: more than `bytes` if the capture cut the segment. */
interface Piece {
  readonly sequence: number
  readonly length: number
  readonly bytes: Uint8Array
  readonly at: Micros
  readonly frame: number
}

/** How many delivered bytes are kept for comparing with retransmissions: a power of two, so that a sequence number is an index. */
const HISTORY = 4096

export class TcpStream {
  readonly flow: number
  readonly direction: Direction
  readonly #pool: TcpPool
  /** Sequence number of the next byte to deliver; valid once `isKnown`. */
  next = 0
  isKnown = false
  /** Initial sequence number, if a SYN of this direction was seen. */
  initial: number | null = null
  /** The stream's first byte is known: from its SYN or from the peer's acknowledgement of it. */
  synSeen = false
  /** Bytes passed on so far. */
  delivered = 0
  /** Why it ended. */
  end: 'fin' | 'rst' | null = null
  /** Capture time since which the front hole is waited for. */
  holeSince: Micros = 0 as Micros
  #finAt: number | null = null
  #isRetired = false
  #pieces: Piece[] = []
  #held = 0
  #history: Uint8Array | null = null
  #historyLength = 0

  constructor(flow: number, direction: Direction, pool: TcpPool) {
    this.flow = flow
    this.direction = direction
    this.#pool = pool
  }

  /** Bytes that wait behind a hole. */
  get held(): number {
    return this.#held
  }

  /** Begins (anew) at `sequence`; what waited is dropped. */
  start(sequence: number, at: Micros, frame: number, synSeen: boolean): void {
    this.#drop()
    this.next = sequence | 0
    this.isKnown = true
    this.synSeen = synSeen
    this.end = null
    this.#finAt = null
    this.#historyLength = 0
    this.#pool.sink.onTcpStart(this.flow, this.direction, at, frame, synSeen)
  }

  /** Takes a segment with payload; trims it. */
  offer(segment: TcpSegment): void {
    const { limits } = this.#pool
    while (this.#pieces.length > 0 && this.#held + segment.captured > limits.hardBytes) this.skipHole()
    if (this.#isRetired || !this.#trimDelivered(segment) || this.#isBeyondFin(segment)) return
    if (segment.sequence === this.next && this.#pieces.length === 0) {
      this.#deliver(segment.at, segment.frame, segment.length, segment.bytes, segment.start, segment.end)
      return
    }
    this.#insert(segment)
    this.#drain()
    while (this.#held > limits.softBytes || this.#pieces.length > limits.pieces) this.skipHole()
    this.#noteHole()
  }

  /** Cuts what was delivered already off the segment's front, after a look whether it is the same; false if nothing is left. */
  #trimDelivered(segment: TcpSegment): boolean {
    const old = Math.min(segment.length, Math.max(0, (this.next - segment.sequence) | 0))
    if (old === 0) return true
    // One byte just before the next one is a keep-alive (RFC 9293 §3.8.4): its content is garbage.
    if (segment.length > 1) this.#compareDelivered(segment, old)
    segment.sequence = (segment.sequence + old) | 0
    segment.start = Math.min(segment.end, segment.start + old)
    segment.length -= old
    return segment.length > 0
  }

  #isBeyondFin(segment: TcpSegment): boolean {
    if (this.#finAt === null || ((segment.sequence + segment.length - this.#finAt) | 0) <= 0) return false
    this.#pool.onWeird('tcp_beyond_fin', segment.frame)
    return true
  }

  /** A FIN that stands at `sequence`, behind the last byte. */
  onFin(at: Micros, frame: number, sequence: number): void {
    const last = this.#pieces.at(-1)
    const reach = last === undefined ? this.next : last.sequence + last.length
    if (((sequence - reach) | 0) < 0 || (this.#finAt !== null && this.#finAt !== sequence)) {
      if (this.end === null) this.#pool.onWeird('tcp_bad_fin', frame)
      return
    }
    this.#finAt = sequence
    this.endIfFinished(at, frame)
  }

  /** Tells the sink of a FIN that everything has been delivered up to. */
  endIfFinished(at: Micros, frame: number): void {
    if (this.#isRetired || this.end !== null || this.#finAt !== this.next) return
    this.end = 'fin'
    this.#pool.sink.onTcpEnd(this.flow, this.direction, at, frame, 'fin')
  }

  /** A valid RST: what waits is passed on behind its hole, then it is over. */
  reset(at: Micros, frame: number): void {
    this.flush(at, frame)
    if (this.#isRetired || !this.isKnown || this.end !== null) return
    this.end = 'rst'
    this.#pool.sink.onTcpEnd(this.flow, this.direction, at, frame, 'rst')
  }

  /** Gives up every hole. */
  flush(at: Micros, frame: number): void {
    while (this.#pieces.length > 0) this.skipHole()
    this.#noteHole()
    this.endIfFinished(at, frame)
  }

  /** Gives up the front hole: names it and goes on behind it. */
  skipHole(): void {
    const first = this.#pieces[0]
    if (first === undefined) return
    this.gap(first.at, first.frame, first.sequence, (first.sequence - this.next) | 0)
    this.#drain()
    this.#noteHole()
  }

  /** Steps to `sequence` over `missing` bytes (0 if unknown). */
  gap(at: Micros, frame: number, sequence: number, missing: number): void {
    this.next = sequence | 0
    this.#historyLength = 0
    this.#pool.onWeird('tcp_gap', frame)
    this.#pool.sink.onTcpGap(this.flow, this.direction, at, frame, missing)
  }

  /** The connection is forgotten, perhaps by the sink in the middle of a delivery: nothing more is kept or told. */
  retire(): void {
    this.#isRetired = true
    this.#drop()
  }

  #drop(): void {
    this.#pool.held -= this.#held
    this.#held = 0
    this.#pieces = []
    this.#pool.holes.delete(this)
  }

  #deliver(at: Micros, frame: number, length: number, bytes: Uint8Array, start: number, end: number): void {
    const captured = Math.min(length, end - start)
    if (captured > 0) this.#remember(bytes, start, start + captured)
    this.next = (this.next + length) | 0
    this.delivered += captured
    const { sink, onWeird } = this.#pool
    if (captured > 0) sink.onTcpBytes(this.flow, this.direction, at, frame, bytes, start, start + captured)
    if (captured === length) return
    this.#historyLength = 0
    onWeird('tcp_truncated_segment', frame)
    sink.onTcpGap(this.flow, this.direction, at, frame, length - captured)
  }

  #drain(): void {
    for (
      let first = this.#pieces[0];
      first !== undefined && first.sequence === this.next;
      first = this.#pieces[0]
    ) {
      this.#pieces.shift()
      this.#hold(-first.bytes.length)
      this.#deliver(first.at, first.frame, first.length, first.bytes, 0, first.bytes.length)
    }
  }

  #noteHole(): void {
    const first = this.#pieces[0]
    if (first === undefined) {
      this.#pool.holes.delete(this)
      return
    }
    this.holeSince = first.at
    this.#pool.holes.add(this)
  }

  #hold(count: number): void {
    this.#held += count
    this.#pool.held += count
  }

  /** Copies what no waiting piece has, and compares the rest with them. The segment does not begin before `next`. */
  #insert(segment: TcpSegment): void {
    const { sequence, length } = segment
    let differs = false
    let offset = 0
    for (let index = 0; index < this.#pieces.length && offset < length; index++) {
      const piece = this.#pieces[index] as Piece
      const pieceStart = (piece.sequence - sequence) | 0
      const pieceEnd = pieceStart + piece.length
      if (pieceEnd <= offset) continue
      if (pieceStart >= length) break
      if (offset < pieceStart) {
        this.#add(index, segment, offset, pieceStart)
        offset = pieceStart
        continue
      }
      const stop = Math.min(pieceEnd, length)
      differs ||= !samePiece(piece, offset - pieceStart, stop - pieceStart, segment, offset)
      offset = stop
    }
    if (offset < length) this.#add(this.#placeOf(sequence + offset), segment, offset, length)
    if (differs) this.#overlap(segment.at, segment.frame)
  }

  /** Keeps bytes `[from, to)` of the segment as a piece at `index`. */
  #add(index: number, segment: TcpSegment, from: number, to: number): void {
    const { sequence, start, end, at, frame } = segment
    const bytes = copyBytes(segment.bytes, Math.min(end, start + from), Math.min(end, start + to))
    this.#pieces.splice(index, 0, { sequence: (sequence + from) | 0, length: to - from, bytes, at, frame })
    this.#hold(bytes.length)
  }

  /** Index of the first waiting piece that begins behind `sequence`. */
  #placeOf(sequence: number): number {
    let index = this.#pieces.length
    while (index > 0 && (((this.#pieces[index - 1] as Piece).sequence - sequence) | 0) > 0) index--
    return index
  }

  #overlap(at: Micros, frame: number): void {
    this.#pool.onWeird('tcp_overlap', frame)
    this.#pool.sink.onTcpOverlap?.(this.flow, this.direction, at, frame)
  }

  #remember(bytes: Uint8Array, start: number, end: number): void {
    this.#history ??= new Uint8Array(HISTORY)
    const skipped = Math.max(0, end - start - HISTORY)
    const from = start + skipped
    const place = (this.next + skipped) & (HISTORY - 1)
    const first = Math.min(end - from, HISTORY - place)
    this.#history.set(bytes.subarray(from, from + first), place)
    if (from + first < end) this.#history.set(bytes.subarray(from + first, end), 0)
    this.#historyLength = Math.min(HISTORY, this.#historyLength + end - start)
  }

  /** Holds the segment's first `old` bytes, which lie before `next`, against what was delivered. */
  #compareDelivered(segment: TcpSegment, old: number): void {
    if (this.#history === null) return
    const { sequence, bytes, start } = segment
    const distance = (this.next - sequence) | 0
    const stop = Math.min(old, segment.captured)
    for (let offset = Math.max(0, distance - this.#historyLength); offset < stop; offset++) {
      if (this.#history[(sequence + offset) & (HISTORY - 1)] === bytes[start + offset]) continue
      this.#overlap(segment.at, segment.frame)
      return
    }
  }
}

/** True if `piece.bytes[from, to)` equals the segment's bytes at `offset`, as far as both were captured. */
const samePiece = (piece: Piece, from: number, to: number, segment: TcpSegment, offset: number): boolean => {
  const at = segment.start + offset - from
  const stop = Math.min(to, piece.bytes.length, segment.end - at)
  for (let index = from; index < stop; index++) {
    if (piece.bytes[index] !== segment.bytes[at + index]) return false
  }
  return true
}
