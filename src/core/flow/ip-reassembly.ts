/**
 * Puts IP fragments together (IPv4 RFC 791 §3.2, IPv6 RFC 8200 §4.5). The first copy of a byte wins; a later one that differs is counted,
 * because then nobody can say which datagram the phone took. Bounded in trackers, fragments, bytes, time and share of one source.
 */
import { copyBytes } from '../base/bytes.ts'
import { SECOND, type Micros } from '../base/clock.ts'
import { finish32, hashBytes, mix32 } from '../base/hash.ts'
import type { OnWeird } from '../base/weird.ts'
import type { PacketLayers } from '../decode/index.ts'

/** Bounds of HARDENING "IP fragments"; a test may lower them. */
export interface IpReassemblyLimits {
  /** Datagrams in the making. */
  readonly trackers: number
  /** Pieces of one datagram. */
  readonly fragments: number
  /** Bytes held in all. */
  readonly bytes: number
  /** How long a datagram may take, in microseconds. */
  readonly timeout: number
  /** Datagrams in the making of one source address, enforced above 75 % of `trackers`. */
  readonly perSource: number
}

const DEFAULT_LIMITS: IpReassemblyLimits = {
  trackers: 512,
  fragments: 64,
  bytes: 2 * 1024 * 1024,
  timeout: 5 * SECOND,
  perSource: 64,
}

export interface IpReassemblyOptions extends Partial<IpReassemblyLimits> {
  /** Random per start: outsiders must not be able to aim at one tracker. */
  readonly seed: number
  readonly onWeird: OnWeird
}

/** What became of the datagrams; all but `completed` and `repeated` are losses. */
export interface IpReassemblyCounters {
  completed: number
  /** Fragments of a datagram that was already complete: the tap showed them twice. */
  repeated: number
  /** Datagrams whose rest never came in time. */
  expired: number
  /** Datagrams that had to leave: table full, bytes full, share of their source used up, too many pieces. */
  evicted: number
  /** Fragments that were not taken: impossible ones, and ones that the capture cut. */
  rejected: number
}

/** One run of bytes `[start, end)` of the datagram's payload. */
interface Piece {
  readonly start: number
  readonly end: number
  readonly bytes: Uint8Array
}

interface Tracker {
  readonly key: number
  readonly source: number
  readonly addresses: Int32Array
  readonly id: number
  readonly since: Micros
  readonly pieces: Piece[]
  /** Protocol of the fragment at offset 0, or of the first one seen. */
  protocol: number
  /** Payload length, told by the last fragment; -1 before it came. */
  total: number
  held: number
  isAmbiguous: boolean
}

/** The hashes of a completed datagram's fragments, by which a second copy of them is known. */
interface Completed {
  readonly since: Micros
  readonly hashes: readonly number[]
}

const MAX_DATAGRAM = 65_535
/** Every link carries 68 bytes (RFC 791 §3.2), 48 behind a plain header: a shorter first fragment hides its ports or its text on purpose. */
const TINY = 48
/** A tap or a bridge shows a frame twice within far less than this. */
const REPEAT_WITHIN = SECOND

export class IpReassembly {
  readonly #limits: IpReassemblyLimits
  readonly #seed: number
  readonly #onWeird: OnWeird
  /** In order of age. */
  readonly #trackers = new Map<number, Tracker>()
  readonly #completed = new Map<number, Completed>()
  readonly #perSource = new Map<number, number>()
  readonly #scratch = new Int32Array(8)
  #held = 0
  readonly counters: IpReassemblyCounters = { completed: 0, repeated: 0, expired: 0, evicted: 0, rejected: 0 }
  /** True if the datagram that onFragment returned last had two versions of some byte: `ambiguous-stream` for whoever uses it. */
  wasAmbiguous = false

  constructor(options: IpReassemblyOptions) {
    this.#limits = { ...DEFAULT_LIMITS, ...options }
    this.#seed = options.seed
    this.#onWeird = options.onWeird
  }

  /** Datagrams in the making. */
  get size(): number {
    return this.#trackers.size
  }

  /** Bytes held. */
  get held(): number {
    return this.#held
  }

  /**
   * Takes the fragment that `layers` describes (status `fragment`) in `bytes`. Returns a fresh copy of the whole IP payload once nothing is
   * missing, with `layers.protocol` set to what it carries: then call decodeTransport(datagram, 0, length, length, layers.protocol, layers).
   * `frame` is for the anomaly counters.
   */
  onFragment(at: Micros, bytes: Uint8Array, layers: PacketLayers, frame = 0): Uint8Array | null {
    this.onTick(at)
    const end = this.#endOf(frame, layers)
    if (end < 0) {
      this.counters.rejected++
      return null
    }
    const key = this.#keyOf(layers)
    if (this.#isRepeated(key, end, bytes, layers)) return null
    const tracker = this.#trackerOf(key, at, layers)
    if (!this.#acceptEnd(tracker, end, frame, layers)) {
      this.counters.rejected++
      return null
    }
    if (layers.fragmentOffset === 0) tracker.protocol = layers.protocol
    this.#insert(tracker, end, frame, bytes, layers)
    if (tracker.pieces.length > this.#limits.fragments) {
      this.#onWeird('ip_too_many_fragments', frame)
      this.#evict(tracker)
      return null
    }
    if (tracker.held === tracker.total) return this.#complete(tracker, at, layers)
    while (this.#held > this.#limits.bytes && this.#trackers.size > 0) this.#evictOldest()
    return null
  }

  /** Forgets what has waited too long by capture time `at`. */
  onTick(at: Micros): void {
    for (const tracker of this.#trackers.values()) {
      // A capture clock that jumps back must not keep a tracker for ever.
      if (Math.abs(at - tracker.since) <= this.#limits.timeout) break
      this.counters.expired++
      this.#remove(tracker)
    }
    for (const [key, completed] of this.#completed) {
      if (Math.abs(at - completed.since) <= REPEAT_WITHIN) break
      this.#completed.delete(key)
    }
  }

  /** One past the fragment's last byte within the datagram; -1 if it cannot be used. */
  #endOf(frame: number, layers: PacketLayers): number {
    const { fragmentOffset, payloadLength, moreFragments } = layers
    // Only the last fragment may end off an 8-byte border (RFC 791 §3.2); as Linux does, the odd bytes of another one are dropped.
    const length = moreFragments ? payloadLength - (payloadLength & 7) : payloadLength
    const end = fragmentOffset + length
    if (length !== payloadLength || length <= 0 || end > MAX_DATAGRAM) this.#onWeird('ip_bad_fragment', frame)
    if (length <= 0 || end > MAX_DATAGRAM) return -1
    if (layers.payloadEnd - layers.payloadStart < length) {
      this.#onWeird('ip_truncated_fragment', frame)
      return -1
    }
    if (fragmentOffset === 0 && moreFragments && length < TINY) this.#onWeird('ip_tiny_fragment', frame)
    return end
  }

  /** A seeded hash of addresses, identification and, for IPv4, the protocol; it leaves them in the scratch for comparing. */
  #keyOf(layers: PacketLayers): number {
    this.#scratch.set(layers.addresses)
    let hash = mix32(this.#seed, layers.fragmentId)
    for (let word = 0; word < 8; word++) hash = mix32(hash, layers.addresses[word] as number)
    return finish32(mix32(hash, layers.ipVersion === 4 ? layers.protocol : 256))
  }

  /** True if this fragment was part of the datagram of the same name that has just been completed. */
  #isRepeated(key: number, end: number, bytes: Uint8Array, layers: PacketLayers): boolean {
    const completed = this.#completed.get(key)
    if (completed === undefined) return false
    const { fragmentOffset, payloadStart } = layers
    const hash = hashBytes(
      this.#seed ^ fragmentOffset,
      bytes,
      payloadStart,
      payloadStart + end - fragmentOffset,
    )
    if (!completed.hashes.includes(hash)) return false
    this.counters.repeated++
    return true
  }

  #trackerOf(key: number, at: Micros, layers: PacketLayers): Tracker {
    const known = this.#trackers.get(key)
    if (known !== undefined) {
      if (known.id === layers.fragmentId && sameAddresses(known.addresses, this.#scratch)) return known
      this.#evict(known)
    }
    const source = this.#sourceOf(layers)
    this.#makeRoom(source)
    const tracker: Tracker = {
      key,
      source,
      addresses: this.#scratch.slice(),
      id: layers.fragmentId,
      since: at,
      pieces: [],
      protocol: layers.protocol,
      total: -1,
      held: 0,
      isAmbiguous: false,
    }
    this.#trackers.set(key, tracker)
    this.#perSource.set(source, (this.#perSource.get(source) ?? 0) + 1)
    return tracker
  }

  #sourceOf(layers: PacketLayers): number {
    let hash = this.#seed
    for (let word = 0; word < 4; word++) hash = mix32(hash, layers.addresses[word] as number)
    return finish32(hash)
  }

  #makeRoom(source: number): void {
    const { trackers, perSource } = this.#limits
    if (this.#trackers.size >= trackers * 0.75 && (this.#perSource.get(source) ?? 0) >= perSource) {
      for (const tracker of this.#trackers.values()) {
        if (tracker.source !== source) continue
        this.#evict(tracker)
        break
      }
    }
    if (this.#trackers.size >= trackers) this.#evictOldest()
  }

  /** Holds the fragment against the datagram's length: the first word on it stands, what contradicts it is refused. */
  #acceptEnd(tracker: Tracker, end: number, frame: number, layers: PacketLayers): boolean {
    const reach = tracker.pieces.at(-1)?.end ?? 0
    const fits = layers.moreFragments
      ? tracker.total < 0 || end <= tracker.total
      : end >= reach && (tracker.total < 0 || tracker.total === end)
    if (!fits) {
      this.#onWeird('ip_overlap', frame)
      tracker.isAmbiguous = true
      return false
    }
    if (!layers.moreFragments) tracker.total = end
    return true
  }

  /** Copies what is new of `[offset, end)`, and compares the rest with what is held. */
  #insert(tracker: Tracker, end: number, frame: number, bytes: Uint8Array, layers: PacketLayers): void {
    const origin = layers.payloadStart - layers.fragmentOffset
    const fresh: Piece[] = []
    let from = layers.fragmentOffset
    let differs = false
    for (const piece of tracker.pieces) {
      if (piece.end <= from) continue
      if (piece.start >= end) break
      if (from < piece.start) fresh.push(copyPiece(bytes, origin, from, piece.start))
      const stop = Math.min(piece.end, end)
      if (!differs) differs = !sameBytes(piece, bytes, origin, Math.max(from, piece.start), stop)
      from = stop
    }
    if (from < end) fresh.push(copyPiece(bytes, origin, from, end))
    for (const piece of fresh) {
      tracker.held += piece.bytes.length
      this.#held += piece.bytes.length
    }
    tracker.pieces.push(...fresh)
    if (fresh.length > 0) tracker.pieces.sort((a, b) => a.start - b.start)
    if (!differs) return
    tracker.isAmbiguous = true
    this.#onWeird('ip_overlap', frame)
  }

  #complete(tracker: Tracker, at: Micros, layers: PacketLayers): Uint8Array {
    const datagram = new Uint8Array(tracker.total)
    for (const piece of tracker.pieces) datagram.set(piece.bytes, piece.start)
    this.#remove(tracker)
    this.counters.completed++
    this.wasAmbiguous = tracker.isAmbiguous
    layers.protocol = tracker.protocol
    const hashes = tracker.pieces.map((piece) =>
      hashBytes(this.#seed ^ piece.start, piece.bytes, 0, piece.bytes.length),
    )
    this.#completed.delete(tracker.key)
    this.#completed.set(tracker.key, { since: at, hashes })
    if (this.#completed.size > this.#limits.trackers)
      this.#completed.delete(this.#completed.keys().next().value as number)
    return datagram
  }

  #evictOldest(): void {
    const oldest = this.#trackers.values().next().value
    if (oldest !== undefined) this.#evict(oldest)
  }

  #evict(tracker: Tracker): void {
    this.counters.evicted++
    this.#remove(tracker)
  }

  #remove(tracker: Tracker): void {
    this.#trackers.delete(tracker.key)
    this.#held -= tracker.held
    const left = (this.#perSource.get(tracker.source) ?? 1) - 1
    if (left > 0) this.#perSource.set(tracker.source, left)
    else this.#perSource.delete(tracker.source)
  }
}

const copyPiece = (bytes: Uint8Array, origin: number, start: number, end: number): Piece => ({
  start,
  end,
  bytes: copyBytes(bytes, origin + start, origin + end),
})

const sameBytes = (piece: Piece, bytes: Uint8Array, origin: number, from: number, to: number): boolean => {
  for (let at = from; at < to; at++) if (piece.bytes[at - piece.start] !== bytes[origin + at]) return false
  return true
}

const sameAddresses = (a: Int32Array, b: Int32Array): boolean => {
  for (let word = 0; word < 8; word++) if (a[word] !== b[word]) return false
  return true
}
