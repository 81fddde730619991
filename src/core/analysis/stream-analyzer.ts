/**
 * Decides what a TCP connection carries, from its first bytes or its port, and feeds the right session in order. What is nothing of ours is
 * not reassembled: most TCP on the wire is web traffic.
 */
import { SECOND, type Micros } from '../base/clock.ts'
import type { Direction, Seen } from '../base/endpoint.ts'
import { startsWithAscii } from '../base/bytes.ts'
import type { PacketLayers } from '../decode/index.ts'
import type { TcpReassembly, TcpSink } from '../flow/index.ts'
import { probeFramedRtp } from '../protocol/framed-rtp/index.ts'
import type { RtpArrival } from '../protocol/rtp/index.ts'
import { probeSip } from '../protocol/sip/index.ts'
import { probeStun, isChannelData } from '../protocol/stun/index.ts'
import { probeTls } from '../protocol/tls/index.ts'
import { probeProvisioning, probeUnjudgedStream } from '../protocol/unjudged/index.ts'
import { probeWebSocket } from '../protocol/websocket/index.ts'
import {
  FramedConnection,
  SipConnection,
  StunConnection,
  TlsConnection,
  WebSocketConnection,
  type ConnectionPlace,
  type ConnectionSession,
} from './connection-sessions.ts'
import type { DatagramAnalyzer } from './datagram-analyzer.ts'
import type { AnalysisSurroundings } from './surroundings.ts'

/** Pieces of payload that a connection may show before it is given up as not ours. */
const MAX_PROBES = 4
const UNSURE_FRAMES = 2
const TCP_SYN = 0x02

const STATE = { fresh: 0, followed: 1, boring: 2 } as const

/** Where signalling is expected even if the first bytes seen are no beginning. */
export interface SignallingPorts {
  readonly sip: readonly number[]
  readonly tls: readonly number[]
}

/** See the head of this file. */
export class StreamAnalyzer implements TcpSink {
  readonly #around: AnalysisSurroundings
  readonly #datagrams: DatagramAnalyzer
  readonly #state: Uint8Array
  readonly #probes: Uint8Array
  readonly #startSeen: Uint8Array
  readonly #sessions = new Map<number, ConnectionSession>()
  readonly #ports: SignallingPorts
  readonly #boring: number[] = []

  constructor(around: AnalysisSurroundings, datagrams: DatagramAnalyzer, ports: SignallingPorts) {
    this.#around = around
    this.#datagrams = datagrams
    this.#ports = ports
    this.#state = new Uint8Array(around.flows.capacity)
    this.#probes = new Uint8Array(around.flows.capacity)
    this.#startSeen = new Uint8Array(around.flows.capacity)
  }

  /** One TCP segment; goes through `tcp` if the connection may be ours, and comes back in order by onTcpBytes. */
  onSegment(arrival: RtpArrival, layers: PacketLayers, bytes: Uint8Array, tcp: TcpReassembly): void {
    const flowDirection = this.#around.flows.touch(layers, Math.floor(arrival.at / SECOND))
    if (flowDirection < 0) return
    const flow = flowDirection >> 1
    const isStart = (layers.tcpFlags & TCP_SYN) !== 0
    if (isStart && this.#state[flow] === STATE.boring && this.#startSeen[flow] === 0) this.#reset(flow)
    if (this.#state[flow] === STATE.boring) return
    if (this.#state[flow] === STATE.fresh && !isStart && !this.#mayBeOurs(flow, layers, bytes)) return
    this.#state[flow] = STATE.followed
    tcp.onSegment(flow, (flowDirection & 1) as Direction, arrival.at, arrival.frame, layers, bytes)
    for (const boring of this.#boring.splice(0)) tcp.forget(boring)
  }

  onTcpStart(flow: number, direction: Direction, at: Micros, frame: number, synSeen: boolean): void {
    if (synSeen) this.#startSeen[flow] = 1
    const session = this.#sessions.get(flow)
    if (session === undefined || !synSeen) return
    // The ports are used anew: another connection.
    if (session.begun(direction)) {
      session.onEnd(direction, { at, frame }, 'fin')
      this.#sessions.delete(flow)
    }
  }

  onTcpBytes(
    flow: number,
    direction: Direction,
    at: Micros,
    frame: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const seen: Seen = { at, frame }
    let session = this.#sessions.get(flow)
    if (session === undefined) {
      const opened = this.#open(flow, seen, bytes, start, end)
      if (opened === null) {
        this.#giveUpAfter(flow)
        return
      }
      session = opened
      this.#sessions.set(flow, session)
      this.#around.flows.protect(flow)
    }
    session.onBytes(direction, seen, bytes, start, end)
    if (session.isDone()) this.#drop(flow)
  }

  onTcpGap(flow: number, direction: Direction, at: Micros, frame: number, missing: number): void {
    const session = this.#sessions.get(flow)
    if (session === undefined) {
      this.#startSeen[flow] = this.#startSeen[flow] === 1 ? 2 : 0
      return
    }
    session.onGap(direction, { at, frame })
    if (missing > 0) this.#around.sink.onStreamDamage(this.#around.flows.flowOf(flow), 'gap', { at, frame })
  }

  onTcpEnd(flow: number, direction: Direction, at: Micros, frame: number, reason: 'fin' | 'rst'): void {
    this.#sessions.get(flow)?.onEnd(direction, { at, frame }, reason)
  }

  onTcpOverlap(flow: number, _direction: Direction, at: Micros, frame: number): void {
    if (this.#sessions.has(flow)) {
      this.#around.sink.onStreamDamage(this.#around.flows.flowOf(flow), 'overlap', { at, frame })
    }
  }

  /** The flow's slot goes to another flow. */
  forget(flow: number): void {
    this.#sessions.delete(flow)
    this.#reset(flow)
  }

  #isSignalling(port: number): boolean {
    return this.#ports.sip.includes(port) || this.#ports.tls.includes(port)
  }

  #reset(flow: number): void {
    this.#state[flow] = STATE.fresh
    this.#probes[flow] = 0
    this.#startSeen[flow] = 0
  }

  /** A look at a segment of an unknown connection whose start was not seen. */
  #mayBeOurs(flow: number, layers: PacketLayers, bytes: Uint8Array): boolean {
    const ports = [layers.sourcePort, layers.destinationPort]
    if (ports.some((port) => this.#isSignalling(port))) return true
    const { payloadStart: start, payloadEnd: end } = layers
    if (end <= start) return false
    if (this.#looksOurs(bytes, start, end, ports)) return true
    this.#probes[flow] = (this.#probes[flow] as number) + 1
    if (this.#probes[flow] >= MAX_PROBES) this.#state[flow] = STATE.boring
    return false
  }

  #looksOurs(bytes: Uint8Array, start: number, end: number, ports: readonly number[]): boolean {
    return (
      probeSip(bytes, start, end) !== 'not-for-us' ||
      probeTls(bytes, start, end) === 'certain' ||
      probeWebSocket(bytes, start, end) === 'certain' ||
      probeStun(bytes, start, end) === 'certain' ||
      isChannelData(bytes, start, end) ||
      probeFramedRtp(bytes, start, end) !== 'not-for-us' ||
      probeUnjudgedStream(bytes, start, end, ports[0] as number, ports[1] as number) !== null
    )
  }

  /** The session for the first bytes of a connection, or null if they are nothing of ours. */
  #open(flow: number, seen: Seen, bytes: Uint8Array, start: number, end: number): ConnectionSession | null {
    const place = this.#placeOf(flow)
    const { ends } = place.flow
    const tlsPort = ends.some(({ port }) => this.#ports.tls.includes(port))
    if (probeSip(bytes, start, end) === 'certain') return new SipConnection(place)
    const tls = probeTls(bytes, start, end)
    if (tls === 'certain' || (tls === 'unsure' && tlsPort)) return new TlsConnection(place, seen)
    if (this.#isWebSocket(bytes, start, end)) return new WebSocketConnection(place)
    if (probeStun(bytes, start, end) === 'certain') return new StunConnection(place)
    const framed = probeFramedRtp(bytes, start, end)
    // One frame that fits a piece may be chance; the third piece in a row that is such a frame is not.
    const repeated = framed === 'unsure' && (this.#probes[flow] as number) >= UNSURE_FRAMES
    if (framed === 'certain' || repeated) return new FramedConnection(place)
    this.#nameOnly(place, seen, bytes, start, end)
    if (ends.some(({ port }) => this.#isSignalling(port))) return new SipConnection(place)
    return null
  }

  /** What is no session of ours may still be worth its name. */
  #nameOnly({ flow }: ConnectionPlace, seen: Seen, bytes: Uint8Array, start: number, end: number): void {
    const name = probeUnjudgedStream(bytes, start, end, flow.ends[0].port, flow.ends[1].port)
    if (name !== null) this.#around.sink.onUnjudged(name, flow, seen)
    if (probeProvisioning(bytes, start, end)) this.#around.sink.onProvisioning(flow, seen)
  }

  /** Also an HTTP upgrade request whose headers come in several segments (RFC 6455 §4.1). */
  #isWebSocket(bytes: Uint8Array, start: number, end: number): boolean {
    const probe = probeWebSocket(bytes, start, end)
    return probe === 'certain' || (probe === 'unsure' && startsWithAscii(bytes, start, end, 'GET '))
  }

  #placeOf(flow: number): ConnectionPlace {
    return {
      around: this.#around,
      datagrams: this.#datagrams,
      flow: this.#around.flows.flowOf(flow),
      startSeen: this.#startSeen[flow] !== 0,
      damagedBefore: this.#startSeen[flow] === 2,
    }
  }

  #giveUpAfter(flow: number): void {
    this.#probes[flow] = (this.#probes[flow] as number) + 1
    if (this.#probes[flow] >= MAX_PROBES) this.#drop(flow)
  }

  #drop(flow: number): void {
    this.#state[flow] = STATE.boring
    this.#sessions.delete(flow)
    this.#boring.push(flow)
  }
}
