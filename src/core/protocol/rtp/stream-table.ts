/**
 * All RTP streams: recognises them among look-alikes and hands each packet to its MediaStream. Probation lives in typed arrays that a flood
 * of SSRCs only overwrites; a stream object is made after four packets that agree, or at once on a 5-tuple that SDP announced.
 */
import { readI32, readU16 } from '../../base/bytes.ts'
import { finish32, mix32 } from '../../base/hash.ts'
import { SECOND, type Micros } from '../../base/clock.ts'
import type { Direction, Flow } from '../../base/endpoint.ts'
import { MediaStream, type StreamListener } from './media-stream.ts'
import { PayloadWindowPool } from './payload-window.ts'
import { rtpHeaderLength } from './rtp-header.ts'
import { SAMPLED_STEP } from './sampling.ts'
import { StreamRows } from './stream-rows.ts'

const CANDIDATES = 8192
const CANDIDATE_MASK = CANDIDATES - 1
/** Four consecutive packets: a random payload passes with less than 1e-13 (VERDICTS §2.1). */
const CONFIRM_PACKETS = 4
const REMEMBERED = CONFIRM_PACKETS - 1
const MAX_STEP = 3
const STALE_SECONDS = 2
/** Packets of others that a candidate of one packet outlasts. */
const MAX_CHALLENGES = 3
const IDLE = 30 * SECOND
const MAX_PER_DIRECTION = 16
const RATE_SOURCES = 1024
const RATE_PER_SECOND = 200
const WINDOW_POOL = 1024

/** What the owner hears beyond the streams' own events. */
export interface StreamTableListener extends StreamListener {
  /** A stream was recognised; its first packets are already counted. */
  onStreamOpened(stream: MediaStream): void
  /** A stream had to give way to another; its last evidence can be read now. */
  onStreamEvicted(stream: MediaStream): void
}

/** One packet's place: its flow slot and direction, its time, its number. */
export interface RtpArrival {
  /** `flow * 2 + direction`. */
  flowDirection: number
  at: Micros
  frame: number
}

/** See the head of this file. */
export class StreamTable {
  /** Streams that were recycled, candidates refused by the rate limit. */
  evicted = 0
  rateLimited = 0
  readonly #capacity: number
  readonly #seed: number
  readonly #listener: StreamTableListener
  readonly #flowOf: (flow: number) => Flow
  readonly #heads: Int32Array
  readonly #expected: Uint8Array
  readonly #streams: (MediaStream | null)[]
  readonly #rows: StreamRows
  readonly #free: number[] = []
  readonly #pool = new PayloadWindowPool(WINDOW_POOL)
  readonly #candidateFlow = new Int32Array(CANDIDATES).fill(-1)
  readonly #candidateSsrc = new Int32Array(CANDIDATES)
  readonly #candidateCount = new Uint8Array(CANDIDATES)
  readonly #challenges = new Uint8Array(CANDIDATES)
  readonly #candidateSeconds = new Uint32Array(CANDIDATES)
  readonly #sequence = new Uint16Array(CANDIDATES * REMEMBERED)
  readonly #timestamp = new Int32Array(CANDIDATES * REMEMBERED)
  readonly #length = new Uint16Array(CANDIDATES * REMEMBERED)
  readonly #second = new Uint8Array(CANDIDATES)
  readonly #at = new Float64Array(CANDIDATES * REMEMBERED)
  readonly #frame = new Float64Array(CANDIDATES)
  readonly #rateSecond = new Uint32Array(RATE_SOURCES)
  readonly #rateCount = new Uint16Array(RATE_SOURCES)
  #live = 0
  #candidatesLive = 0
  #candidatesSecond = 0

  /** `capacity` streams at most over `flows` flow slots. */
  constructor(
    capacity: number,
    flows: number,
    seed: number,
    flowOf: (flow: number) => Flow,
    listener: StreamTableListener,
  ) {
    this.#capacity = capacity
    this.#seed = seed
    this.#flowOf = flowOf
    this.#listener = listener
    this.#heads = new Int32Array(flows * 2).fill(-1)
    this.#expected = new Uint8Array(flows)
    this.#streams = []
    this.#rows = new StreamRows(capacity)
  }

  /** Streams now in the table. */
  get live(): number {
    return this.#live
  }

  /** Until then only a sample of the packets comes, on purpose: what is missing is not lost. */
  expectSample(until: Micros): void {
    this.#rows.sampledUntil = until
  }

  /** SDP announced this flow: its packets need no probation. */
  expect(flow: number): void {
    this.#expected[flow] = 1
  }

  /** All streams of a flow, both directions. */
  streamsOf(flow: number): MediaStream[] {
    const found: MediaStream[] = []
    for (let direction = 0; direction < 2; direction++) {
      for (let slot = this.#heads[flow * 2 + direction] as number; slot >= 0;) {
        found.push(this.#streams[slot] as MediaStream)
        slot = this.#rows.nextOf(slot)
      }
    }
    return found
  }

  /** True if a stream was recognised on this flow. */
  hasStream(flow: number): boolean {
    return this.#heads[flow * 2] !== -1 || this.#heads[flow * 2 + 1] !== -1
  }

  /** The flow's slot goes to another flow: its streams are forgotten, after onStreamEvicted told each. */
  forget(flow: number): void {
    for (const stream of this.streamsOf(flow)) this.#listener.onStreamEvicted(stream)
    for (let direction = 0; direction < 2; direction++) {
      for (let slot = this.#heads[flow * 2 + direction] as number; slot >= 0;) {
        const next = this.#rows.nextOf(slot)
        this.#drop(slot)
        slot = next
      }
      this.#heads[flow * 2 + direction] = -1
    }
    this.#expected[flow] = 0
  }

  /** One packet whose first bytes look like RTP. True if it belongs to a recognised stream. */
  onPacket(arrival: RtpArrival, bytes: Uint8Array, start: number, end: number, wireLength: number): boolean {
    if (end - start < 12) return false
    const ssrc = readI32(bytes, start + 8)
    const head = this.#heads[arrival.flowDirection] as number
    let previous = -1
    for (let slot = head; slot >= 0;) {
      if (this.#rows.ssrcOf(slot) === ssrc) {
        if (previous >= 0) this.#moveToFront(arrival.flowDirection, previous, slot)
        if (this.#rows.takes(slot, arrival.at, arrival.frame, bytes, start, end, wireLength)) return true
        ;(this.#streams[slot] as MediaStream).onPacket(
          arrival.at,
          arrival.frame,
          bytes,
          start,
          end,
          wireLength,
        )
        return true
      }
      previous = slot
      slot = this.#rows.nextOf(slot)
    }
    return this.#onCandidate(arrival, ssrc, bytes, start, end, wireLength)
  }

  #moveToFront(flowDirection: number, previous: number, slot: number): void {
    this.#rows.setNext(previous, this.#rows.nextOf(slot))
    this.#rows.setNext(slot, this.#heads[flowDirection] as number)
    this.#heads[flowDirection] = slot
  }

  #onCandidate(
    arrival: RtpArrival,
    ssrc: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    wireLength: number,
  ): boolean {
    const payloadType = (bytes[start + 1] as number) & 0x7f
    const headerLength = rtpHeaderLength(bytes, start, end)
    // 64–95 would be RTCP with the marker bit (RFC 5761 §4).
    if (headerLength < 0 || (payloadType >= 64 && payloadType <= 95)) return false
    if (this.#expected[arrival.flowDirection >> 1] === 1) {
      const secondOctet = bytes[start + 1] as number
      const stream = this.#open(
        arrival,
        ssrc,
        readU16(bytes, start + 2),
        secondOctet,
        arrival.at,
        arrival.frame,
      )
      stream?.onPacket(arrival.at, arrival.frame, bytes, start, end, wireLength)
      return stream !== null
    }
    const slot = this.#candidateSlot(arrival, ssrc, bytes, start)
    if (slot < 0) return false
    const count = this.#candidateCount[slot] as number
    if (count < REMEMBERED) {
      this.#remember(slot, count, arrival, bytes, start, wireLength - headerLength)
      return false
    }
    return this.#confirm(slot, arrival, ssrc, bytes, start, end, wireLength)
  }

  /** The candidate's slot, (re)claimed if this packet does not continue it; -1 if it must be ignored. */
  #candidateSlot(arrival: RtpArrival, ssrc: number, bytes: Uint8Array, start: number): number {
    const seconds = Math.floor(arrival.at / 1e6)
    const slot = finish32(mix32(mix32(this.#seed, arrival.flowDirection), ssrc)) & CANDIDATE_MASK
    const same = this.#candidateFlow[slot] === arrival.flowDirection && this.#candidateSsrc[slot] === ssrc
    if (same && this.#continues(slot, bytes, start)) return slot
    if (same && this.#repeats(slot, bytes, start)) return -1
    if (!same) {
      const busy = (this.#candidateCount[slot] as number) > 1
      if (busy && seconds - (this.#candidateSeconds[slot] as number) < STALE_SECONDS) return -1
      if (this.#overRate(arrival.flowDirection >> 1, seconds)) return -1
      if (this.#resists(slot, seconds)) return -1
    }
    this.#candidateFlow[slot] = arrival.flowDirection
    this.#candidateSsrc[slot] = ssrc
    this.#candidateCount[slot] = 0
    this.#challenges[slot] = 0
    this.#candidateSeconds[slot] = seconds
    return slot
  }

  /**
   * Of two candidates that take turns in one place, each would drive out the other for ever: one of a single packet holds out a few
   * challenges, so that its next packet can come; what a flood left there is gone as soon.
   */
  #resists(slot: number, seconds: number): boolean {
    if (this.#candidateCount[slot] === 0) return false
    if (seconds - (this.#candidateSeconds[slot] as number) >= STALE_SECONDS) return false
    this.#challenges[slot] = (this.#challenges[slot] as number) + 1
    return this.#challenges[slot] <= MAX_CHALLENGES
  }

  #continues(slot: number, bytes: Uint8Array, start: number): boolean {
    const count = this.#candidateCount[slot] as number
    if (count === 0) return true
    const last = slot * REMEMBERED + count - 1
    const step = (readU16(bytes, start + 2) - (this.#sequence[last] as number)) & 0xffff
    const timestampStep = (readI32(bytes, start + 4) - (this.#timestamp[last] as number)) | 0
    const most = this.#isSampled(slot) ? SAMPLED_STEP : MAX_STEP
    return step >= 1 && step <= most && timestampStep >= 0
  }

  #isSampled(slot: number): boolean {
    return (this.#candidateSeconds[slot] as number) * SECOND < this.#rows.sampledUntil
  }

  /** A duplicate or a reordered neighbour neither continues a candidate nor disproves it. */
  #repeats(slot: number, bytes: Uint8Array, start: number): boolean {
    const last = slot * REMEMBERED + (this.#candidateCount[slot] as number) - 1
    const back = ((this.#sequence[last] as number) - readU16(bytes, start + 2)) & 0xffff
    return back <= MAX_STEP
  }

  /** Above three quarters of fill, a source may begin 200 candidates a second (HARDENING: bounds). */
  #overRate(flow: number, seconds: number): boolean {
    if (seconds !== this.#candidatesSecond) {
      this.#candidatesSecond = seconds
      this.#candidatesLive = 0
    }
    if (++this.#candidatesLive < CANDIDATES * 0.75) return false
    const slot = finish32(mix32(this.#seed, flow)) & (RATE_SOURCES - 1)
    if (this.#rateSecond[slot] !== seconds) {
      this.#rateSecond[slot] = seconds
      this.#rateCount[slot] = 0
    }
    this.#rateCount[slot] = Math.min(0xffff, (this.#rateCount[slot] as number) + 1)
    if (this.#rateCount[slot] <= RATE_PER_SECOND) return false
    this.rateLimited++
    return true
  }

  #remember(
    slot: number,
    count: number,
    arrival: RtpArrival,
    bytes: Uint8Array,
    start: number,
    payloadLength: number,
  ): void {
    const entry = slot * REMEMBERED + count
    this.#sequence[entry] = readU16(bytes, start + 2)
    this.#timestamp[entry] = readI32(bytes, start + 4)
    this.#length[entry] = payloadLength
    this.#at[entry] = arrival.at
    if (count === 0) {
      this.#second[slot] = bytes[start + 1] as number
      this.#frame[slot] = arrival.frame
    }
    this.#candidateCount[slot] = count + 1
    this.#candidateSeconds[slot] = Math.floor(arrival.at / 1e6)
  }

  #confirm(
    slot: number,
    arrival: RtpArrival,
    ssrc: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    wireLength: number,
  ): boolean {
    const first = slot * REMEMBERED
    const stream = this.#open(
      arrival,
      ssrc,
      this.#sequence[first] as number,
      this.#second[slot] as number,
      this.#at[first] as Micros,
      this.#frame[slot] as number,
    )
    this.#candidateFlow[slot] = -1
    this.#candidateCount[slot] = 0
    if (stream === null) return false
    for (let i = 0; i < REMEMBERED; i++) {
      stream.onRemembered(
        this.#at[first + i] as Micros,
        this.#sequence[first + i] as number,
        this.#timestamp[first + i] as number,
        this.#length[first + i] as number,
      )
    }
    stream.onPacket(arrival.at, arrival.frame, bytes, start, end, wireLength)
    return true
  }

  #open(
    arrival: RtpArrival,
    ssrc: number,
    sequence: number,
    secondOctet: number,
    at: Micros,
    frame: number,
  ): MediaStream | null {
    const flow = arrival.flowDirection >> 1
    const direction = (arrival.flowDirection & 1) as Direction
    if (!this.#makeRoom(arrival)) return null
    const slot = this.#free.pop() ?? this.#streams.length
    this.#rows.open(slot, ssrc, this.#heads[arrival.flowDirection] as number)
    const stream = new MediaStream(
      this.#flowOf(flow),
      direction,
      { ssrc, sequence, secondOctet, at, frame },
      { rows: this.#rows, slot },
      this.#pool,
      this.#listener,
    )
    this.#streams[slot] = stream
    this.#heads[arrival.flowDirection] = slot
    this.#live++
    this.#listener.onStreamOpened(stream)
    return stream
  }

  /** Makes room within the flow's direction and the whole table: never-claimed and idle streams go first. */
  #makeRoom(arrival: RtpArrival): boolean {
    let count = 0
    for (let slot = this.#heads[arrival.flowDirection] as number; slot >= 0; count++) {
      slot = this.#rows.nextOf(slot)
    }
    if (count >= MAX_PER_DIRECTION) return this.#evictFrom(arrival.flowDirection, arrival.at)
    if (this.#live < this.#capacity) return true
    return this.#evictAny(arrival.at)
  }

  #evictFrom(flowDirection: number, now: Micros): boolean {
    const slots: number[] = []
    for (let slot = this.#heads[flowDirection] as number; slot >= 0;) {
      slots.push(slot)
      slot = this.#rows.nextOf(slot)
    }
    return this.#evictOldest(slots, now)
  }

  #sweep = 0

  /** A clock hand over the table: 64 streams a time are looked at, so that a flood costs a constant per packet. */
  #evictAny(now: Micros): boolean {
    const slots: number[] = []
    for (let i = 0; i < 64; i++) {
      const slot = this.#sweep++ % this.#streams.length
      if (this.#streams[slot]) slots.push(slot)
    }
    return this.#evictOldest(slots, now)
  }

  #evictOldest(slots: readonly number[], now: Micros): boolean {
    const victim = this.#oldestOf(slots, true, now) ?? this.#oldestOf(slots, false, now)
    this.evicted++
    if (victim === null) return false
    this.#unlink(victim)
    this.#listener.onStreamEvicted(this.#streams[victim] as MediaStream)
    this.#drop(victim)
    return true
  }

  /** The slot whose stream was silent longest: of those that no call owns, or of all that are idle. */
  #oldestOf(slots: readonly number[], isOrphan: boolean, now: Micros): number | null {
    let oldest: number | null = null
    let oldestAt = isOrphan ? Infinity : now - IDLE
    for (const slot of slots) {
      const { owner, lastAt } = this.#streams[slot] as MediaStream
      if (lastAt >= oldestAt || (isOrphan && owner !== null)) continue
      oldest = slot
      oldestAt = lastAt
    }
    return oldest
  }

  #unlink(victim: number): void {
    const stream = this.#streams[victim] as MediaStream
    const flowDirection = stream.flow.id * 2 + stream.direction
    let slot = this.#heads[flowDirection] as number
    if (slot === victim) {
      this.#heads[flowDirection] = this.#rows.nextOf(victim)
      return
    }
    while (slot >= 0) {
      if (this.#rows.nextOf(slot) === victim) this.#rows.setNext(slot, this.#rows.nextOf(victim))
      slot = this.#rows.nextOf(slot)
    }
  }

  #drop(slot: number): void {
    this.#streams[slot]?.release()
    this.#streams[slot] = null
    this.#free.push(slot)
    this.#live--
  }
}
