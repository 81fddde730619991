/**
 * TCP connections as two ordered byte streams each. Rules of a listener who cannot ask: the first copy of a byte wins; a RST or SYN counts
 * only where its numbers fit; whoever comes in the middle starts at the first payload he sees; every hole is named. Bounded in
 * connections, waiting bytes, waiting time and share of one source; a flood of one-way connections recycles only one-way connections.
 */
import { SECOND, type Micros } from '../base/clock.ts'
import type { Direction } from '../base/endpoint.ts'
import { finish32, mix32 } from '../base/hash.ts'
import type { OnWeird } from '../base/weird.ts'
import type { PacketLayers } from '../decode/index.ts'
import { TcpSegment, TcpStream, type TcpLimits, type TcpPool, type TcpSink } from './tcp-stream.ts'

const DEFAULT_LIMITS: TcpLimits = {
  connections: 1024,
  softBytes: 16 * 1024,
  hardBytes: 64 * 1024,
  totalBytes: 16 * 1024 * 1024,
  pieces: 64,
  holeTimeout: 2 * SECOND,
  idleTimeout: 600 * SECOND,
  perSource: 64,
}

export interface TcpReassemblyOptions extends Partial<TcpLimits> {
  readonly sink: TcpSink
  readonly onWeird: OnWeird
  /** Random per start. */
  readonly seed: number
}

/** What the tables had to let go. */
export interface TcpReassemblyCounters {
  /** Connections that had to leave for new ones. */
  evicted: number
  /** Connections that were silent for too long. */
  idle: number
  /** Holes that were given up because all waiting bytes together were too many. */
  squeezed: number
}

interface Connection {
  readonly flow: number
  readonly streams: readonly [TcpStream, TcpStream]
  readonly source: number
  isTwoWay: boolean
  touchedAt: Micros
  /** Sequence numbers that the first bytes of a new connection on the same ports would have, from SYNs that did not fit. */
  readonly candidates: [number | null, number | null]
  /** What the other side last acknowledged of each direction. */
  readonly acknowledged: [number | null, number | null]
  /** Run of segments that fit each other but not the window. */
  strayNext: number
  strayCount: number
}

/** RFC 9293 §3.1. */
const FIN = 0x01
const SYN = 0x02
const RST = 0x04
const ACK = 0x10

/** How far from the next byte a segment is believed. */
const WINDOW = 1 << 20
/** How far ahead a RST is believed: an unscaled window (RFC 9293 §3.5.3). */
const RESET_WINDOW = 65_535
/** So many segments in a row that fit only each other are the stream. */
const STRAYS = 3

export class TcpReassembly {
  readonly #pool: TcpPool
  readonly #seed: number
  /** Each in order of age; a connection moves over once both directions carried bytes. */
  readonly #oneWay = new Map<number, Connection>()
  readonly #twoWay = new Map<number, Connection>()
  readonly #perSource = new Map<number, number>()
  readonly #segment = new TcpSegment()
  readonly counters: TcpReassemblyCounters = { evicted: 0, idle: 0, squeezed: 0 }

  constructor(options: TcpReassemblyOptions) {
    const limits = { ...DEFAULT_LIMITS, ...options }
    this.#pool = { sink: options.sink, onWeird: options.onWeird, limits, holes: new Set(), held: 0 }
    this.#seed = options.seed
  }

  /** Connections. */
  get size(): number {
    return this.#oneWay.size + this.#twoWay.size
  }

  /** Bytes that wait for a hole to be filled. */
  get held(): number {
    return this.#pool.held
  }

  /** Takes one TCP segment of `flow` (status `transport`, protocol TCP). */
  onSegment(
    flow: number,
    direction: Direction,
    at: Micros,
    frame: number,
    layers: PacketLayers,
    bytes: Uint8Array,
  ): void {
    const connection = this.#connectionOf(flow, at, layers)
    if (connection === undefined) return
    if ((layers.tcpFlags & RST) !== 0) this.#onReset(connection, direction, at, frame, layers)
    else this.#onData(connection, direction, at, frame, layers, bytes)
  }

  #connectionOf(flow: number, at: Micros, layers: PacketLayers): Connection | undefined {
    const known = this.#twoWay.get(flow) ?? this.#oneWay.get(flow)
    if (known !== undefined) {
      this.#touch(known, at)
      return known
    }
    // A bare acknowledgement, RST or FIN of a connection that we never saw is nothing to remember.
    const isSyn = (layers.tcpFlags & (SYN | RST)) === SYN
    const hasPayload = (layers.tcpFlags & RST) === 0 && layers.payloadLength > 0
    return isSyn || hasPayload ? this.#open(flow, at, layers) : undefined
  }

  #onData(
    known: Connection,
    direction: Direction,
    at: Micros,
    frame: number,
    layers: PacketLayers,
    bytes: Uint8Array,
  ): void {
    const flags = layers.tcpFlags
    const connection = (flags & SYN) === 0 ? known : this.#onSyn(known, direction, at, frame, layers)
    if (connection === null) return
    if ((flags & ACK) !== 0) this.#learnPeer(connection, direction, at, frame, layers)
    if (layers.payloadLength > 0 || (flags & FIN) !== 0)
      this.#onPayload(connection, direction, at, frame, layers, bytes)
    const stream = connection.streams[direction]
    if (this.#pool.holes.has(stream)) this.#relieve(stream, at)
  }

  /** Capture time goes on: gives up old holes, forgets silent connections. */
  onTick(at: Micros): void {
    for (const stream of this.#pool.holes) this.#skipExpired(stream, at)
    for (const table of [this.#oneWay, this.#twoWay]) {
      for (const connection of table.values()) {
        if (Math.abs(at - connection.touchedAt) <= this.#pool.limits.idleTimeout) break
        this.counters.idle++
        this.#remove(connection)
      }
    }
  }

  /** The capture is over: everything that waits is passed on behind its hole. */
  finish(at: Micros, frame: number): void {
    for (const stream of [...this.#pool.holes]) stream.flush(at, frame)
  }

  /** The flow is gone: so is all that was held for it. */
  forget(flow: number): void {
    const connection = this.#twoWay.get(flow) ?? this.#oneWay.get(flow)
    if (connection !== undefined) this.#remove(connection)
  }

  #open(flow: number, at: Micros, layers: PacketLayers): Connection {
    const source = this.#sourceOf(layers)
    this.#makeRoom(source)
    const connection: Connection = {
      flow,
      streams: [new TcpStream(flow, 0, this.#pool), new TcpStream(flow, 1, this.#pool)],
      source,
      isTwoWay: false,
      touchedAt: at,
      candidates: [null, null],
      acknowledged: [null, null],
      strayNext: 0,
      strayCount: 0,
    }
    this.#oneWay.set(flow, connection)
    this.#perSource.set(source, (this.#perSource.get(source) ?? 0) + 1)
    return connection
  }

  #sourceOf(layers: PacketLayers): number {
    let hash = this.#seed
    for (let word = 0; word < 4; word++) hash = mix32(hash, layers.addresses[word] as number)
    return finish32(hash)
  }

  #makeRoom(source: number): void {
    const { connections, perSource } = this.#pool.limits
    if (this.size >= connections * 0.75 && (this.#perSource.get(source) ?? 0) >= perSource) {
      for (const connection of this.#oneWay.values()) {
        if (connection.source !== source) continue
        this.#evict(connection)
        break
      }
    }
    if (this.size < connections) return
    const oldest = this.#oneWay.values().next().value ?? this.#twoWay.values().next().value
    if (oldest !== undefined) this.#evict(oldest)
  }

  #evict(connection: Connection): void {
    this.counters.evicted++
    this.#remove(connection)
  }

  #remove(connection: Connection): void {
    for (const stream of connection.streams) stream.retire()
    if (connection.isTwoWay) this.#twoWay.delete(connection.flow)
    else this.#leaveOneWay(connection)
  }

  #leaveOneWay(connection: Connection): void {
    this.#oneWay.delete(connection.flow)
    const left = (this.#perSource.get(connection.source) ?? 1) - 1
    if (left > 0) this.#perSource.set(connection.source, left)
    else this.#perSource.delete(connection.source)
  }

  /** Keeps the tables in order of age; once a second is exact enough and keeps the Map still. */
  #touch(connection: Connection, at: Micros): void {
    if (!connection.isTwoWay && connection.streams[0].delivered > 0 && connection.streams[1].delivered > 0) {
      this.#leaveOneWay(connection)
      connection.isTwoWay = true
      this.#twoWay.set(connection.flow, connection)
    }
    if (Math.abs(at - connection.touchedAt) < SECOND) return
    const table = connection.isTwoWay ? this.#twoWay : this.#oneWay
    table.delete(connection.flow)
    table.set(connection.flow, connection)
    connection.touchedAt = at
  }

  /** Returns the connection that the SYN belongs to: this one, a new one, or null if it fits neither. */
  #onSyn(
    connection: Connection,
    direction: Direction,
    at: Micros,
    frame: number,
    layers: PacketLayers,
  ): Connection | null {
    const stream = connection.streams[direction]
    const initial = layers.tcpSequence
    if (stream.initial === initial) return connection
    if (!stream.isKnown) {
      stream.initial = initial
      stream.start(initial + 1, at, frame, true)
      return connection
    }
    // The peer's acknowledgement told the first byte before the SYN itself came by.
    if (stream.initial === null && stream.delivered === 0 && stream.next === ((initial + 1) | 0)) {
      stream.initial = initial
      return connection
    }
    const isRequest = (layers.tcpFlags & ACK) === 0
    if (isRequest && isReplaceable(connection)) return this.#replace(connection, direction, at, frame, layers)
    connection.candidates[direction] = (initial + 1) | 0
    this.#pool.onWeird('tcp_unexpected_syn', frame)
    return null
  }

  #replace(
    connection: Connection,
    direction: Direction,
    at: Micros,
    frame: number,
    layers: PacketLayers,
  ): Connection {
    this.#remove(connection)
    const next = this.#open(connection.flow, at, layers)
    const stream = next.streams[direction]
    stream.initial = layers.tcpSequence
    stream.start(layers.tcpSequence + 1, at, frame, true)
    return next
  }

  /** Notes what is acknowledged; before this side has sent a byte, that is the number of the other side's first byte. */
  #learnPeer(
    connection: Connection,
    direction: Direction,
    at: Micros,
    frame: number,
    layers: PacketLayers,
  ): void {
    const stream = connection.streams[direction]
    const peer = connection.streams[1 - direction] as TcpStream
    connection.acknowledged[peer.direction] = layers.tcpAcknowledgement
    if (!peer.isKnown && stream.synSeen && stream.delivered === 0)
      peer.start(layers.tcpAcknowledgement, at, frame, true)
  }

  #onPayload(
    connection: Connection,
    direction: Direction,
    at: Micros,
    frame: number,
    layers: PacketLayers,
    bytes: Uint8Array,
  ): void {
    const stream = connection.streams[direction]
    const length = layers.payloadLength
    const sequence = (layers.tcpSequence + ((layers.tcpFlags & SYN) !== 0 ? 1 : 0)) | 0
    if (!stream.isKnown) {
      // A single byte may be a keep-alive's garbage: better to start at the next segment.
      if (length <= 1) return
      stream.start(sequence, at, frame, false)
    }
    const ahead = (sequence - stream.next) | 0
    if (ahead >= WINDOW || ahead <= -WINDOW) {
      if (!this.#onStray(connection, stream, at, frame, sequence, length)) return
    } else {
      connection.strayCount = 0
      // The reset was not meant for us, or the peer was still sending: go on, but say that it is a new beginning.
      if (stream.end === 'rst' && length > 0 && ahead >= 0) stream.start(sequence, at, frame, false)
    }
    if (length > 0) this.#offer(stream, at, frame, sequence, layers, bytes)
    if ((layers.tcpFlags & FIN) !== 0) stream.onFin(at, frame, (sequence + length) | 0)
    else stream.endIfFinished(at, frame)
  }

  #offer(
    stream: TcpStream,
    at: Micros,
    frame: number,
    sequence: number,
    layers: PacketLayers,
    bytes: Uint8Array,
  ): void {
    const segment = this.#segment
    segment.at = at
    segment.frame = frame
    segment.sequence = sequence
    segment.length = layers.payloadLength
    segment.bytes = bytes
    segment.start = layers.payloadStart
    segment.end = layers.payloadEnd
    stream.offer(segment)
    segment.release()
  }

  /** A segment far outside of the window: true if it turns out to be where the stream really is. */
  #onStray(
    connection: Connection,
    stream: TcpStream,
    at: Micros,
    frame: number,
    sequence: number,
    length: number,
  ): boolean {
    const isReused = connection.candidates[stream.direction] === sequence
    connection.strayCount = sequence === connection.strayNext ? connection.strayCount + 1 : 1
    connection.strayNext = (sequence + length) | 0
    if (isReused) {
      connection.candidates[stream.direction] = null
      stream.start(sequence, at, frame, true)
      return true
    }
    this.#pool.onWeird('tcp_out_of_window', frame)
    if (connection.strayCount < STRAYS || length === 0) return false
    connection.strayCount = 0
    const missing = Math.max(0, (sequence - stream.next) | 0)
    if (stream.end !== null) {
      stream.start(sequence, at, frame, false)
      return true
    }
    stream.flush(at, frame)
    stream.gap(at, frame, sequence, missing)
    return true
  }

  #onReset(
    connection: Connection,
    direction: Direction,
    at: Micros,
    frame: number,
    layers: PacketLayers,
  ): void {
    const stream = connection.streams[direction]
    const peer = connection.streams[1 - direction] as TcpStream
    if (!isValidReset(connection, direction, layers)) {
      this.#pool.onWeird('tcp_bad_reset', frame)
      return
    }
    stream.reset(at, frame)
    peer.reset(at, frame)
  }

  #skipExpired(stream: TcpStream, at: Micros): void {
    while (this.#pool.holes.has(stream) && Math.abs(at - stream.holeSince) >= this.#pool.limits.holeTimeout) {
      stream.skipHole()
    }
  }

  /** After a segment: gives up holes that waited too long, and the oldest ones while all together hold too much. */
  #relieve(stream: TcpStream, at: Micros): void {
    this.#skipExpired(stream, at)
    while (this.#pool.held > this.#pool.limits.totalBytes) {
      let oldest: TcpStream = stream
      for (const other of this.#pool.holes)
        if (other.holeSince < oldest.holeSince || oldest.held === 0) oldest = other
      if (oldest.held === 0) return
      this.counters.squeezed++
      oldest.skipHole()
    }
  }
}

/**
 * RFC 9293 §3.5.3: a RST is meant where its receiver stands, by the receiver's own last acknowledgement or, as far as was seen here, within
 * a window from the next byte. A side that never sent anything refuses by acknowledging what the other side sent.
 */
const isValidReset = (connection: Connection, direction: Direction, layers: PacketLayers): boolean => {
  const stream = connection.streams[direction]
  const peer = connection.streams[1 - direction] as TcpStream
  if (connection.acknowledged[direction] === layers.tcpSequence) return true
  const distance = (layers.tcpSequence - stream.next) | 0
  if (stream.isKnown) return distance >= 0 && distance <= RESET_WINDOW
  const isAnswer = (layers.tcpFlags & ACK) !== 0 && peer.isKnown
  return isAnswer && Math.abs((layers.tcpAcknowledgement - peer.next) | 0) <= RESET_WINDOW
}

const isReplaceable = (connection: Connection): boolean => {
  const [forth, back] = connection.streams
  return forth.end !== null || back.end !== null || (forth.delivered === 0 && back.delivered === 0)
}
