/** One small adapter a protocol: from the ordered bytes of a TCP connection to the protocol's session, and from it to the sink. */
import type { Direction, Flow, Seen } from '../base/endpoint.ts'
import { FramedRtpStream } from '../protocol/framed-rtp/index.ts'
import type { RtpArrival } from '../protocol/rtp/index.ts'
import { SipStream, type SipMessage } from '../protocol/sip/index.ts'
import { parseSipMessage } from '../protocol/sip/index.ts'
import { StunStream } from '../protocol/stun/index.ts'
import { TlsSession } from '../protocol/tls/index.ts'
import { WebSocketSession } from '../protocol/websocket/index.ts'
import type { SipPlace } from './analysis-sink.ts'
import type { DatagramAnalyzer } from './datagram-analyzer.ts'
import type { AnalysisSurroundings } from './surroundings.ts'

/** Application bytes after which a TLS connection that is not known as SIP is bulk traffic. */
const BULK = 256 * 1024

/** Where a connection is. */
export interface ConnectionPlace {
  readonly around: AnalysisSurroundings
  readonly datagrams: DatagramAnalyzer
  readonly flow: Flow
  /** Its SYN is in the capture. */
  readonly startSeen: boolean
  /** Bytes before the first ones seen are missing although the SYN was there. */
  readonly damagedBefore: boolean
}

/** What the stream analyzer feeds. */
export interface ConnectionSession {
  onBytes(direction: Direction, seen: Seen, bytes: Uint8Array, start: number, end: number): void
  onGap(direction: Direction, seen: Seen): void
  onEnd(direction: Direction, seen: Seen, reason: 'fin' | 'rst'): void
  /** True if bytes of this direction came already. */
  begun(direction: Direction): boolean
  /** True if nothing more of interest can come. */
  isDone(): boolean
}

abstract class BaseSession implements ConnectionSession {
  protected readonly place: ConnectionPlace
  readonly #begun: [boolean, boolean] = [false, false]

  constructor(place: ConnectionPlace) {
    this.place = place
  }

  onBytes(direction: Direction, seen: Seen, bytes: Uint8Array, start: number, end: number): void {
    this.#begun[direction] = true
    this.take(direction, seen, bytes, start, end)
  }

  begun(direction: Direction): boolean {
    return this.#begun[direction]
  }

  isDone(): boolean {
    return false
  }

  abstract onGap(direction: Direction, seen: Seen): void
  abstract onEnd(direction: Direction, seen: Seen, reason: 'fin' | 'rst'): void
  protected abstract take(
    direction: Direction,
    seen: Seen,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void
}

/** SIP on a byte stream: over TCP, or in a TLS connection whose cipher hides nothing. */
export class SipConnection extends BaseSession {
  readonly #streams: readonly [SipStream, SipStream]
  readonly #transport: SipPlace['transport']

  constructor(place: ConnectionPlace, transport: SipPlace['transport'] = 'tcp') {
    super(place)
    const { seed, onWeird } = place.around
    this.#streams = [new SipStream(seed, onWeird), new SipStream(seed, onWeird)]
    this.#transport = transport
  }

  onGap(direction: Direction, seen: Seen): void {
    this.#streams[direction].onGap(seen.frame, this.#teller(direction, seen))
  }

  onEnd(direction: Direction, seen: Seen): void {
    this.#streams[direction].onEnd(seen.frame, this.#teller(direction, seen))
  }

  protected take(direction: Direction, seen: Seen, bytes: Uint8Array, start: number, end: number): void {
    this.#streams[direction].onBytes(seen.at, seen.frame, bytes, start, end, this.#teller(direction, seen))
  }

  #teller(direction: Direction, seen: Seen): (message: SipMessage) => void {
    return (message) => {
      tellSip(this.place, message, { flow: this.place.flow, direction, transport: this.#transport, seen })
    }
  }
}

const tellSip = (place: ConnectionPlace, message: SipMessage, where: SipPlace): void => {
  for (const name of message.weird) place.around.onWeird(name, where.seen.frame)
  place.around.sink.onSipMessage(message, where)
}

/** TLS: its facts go to the sink; with a NULL cipher the SIP inside is read like any other. */
export class TlsConnection extends BaseSession {
  readonly #session: TlsSession
  readonly #readable: SipConnection
  #readableSeen = false

  constructor(place: ConnectionPlace, seen: Seen) {
    super(place)
    this.#readable = new SipConnection(place, 'tls')
    this.#session = new TlsSession({
      cryptography: place.around.cryptography,
      onWeird: place.around.onWeird,
      onPlaintext: (direction, at, frame, bytes, start, end) => {
        this.#readableSeen = true
        this.#readable.onBytes(direction, { at, frame }, bytes, start, end)
      },
    })
    this.#session.onStart(place.startSeen)
    if (place.damagedBefore) this.#session.onGap(0)
    place.around.sink.onTlsOpened(place.flow, this.#session.facts, seen, place.startSeen)
  }

  onGap(direction: Direction): void {
    this.#session.onGap(direction)
  }

  onEnd(direction: Direction, seen: Seen, reason: 'fin' | 'rst'): void {
    this.#session.onEnd(direction, reason)
    this.place.around.sink.onTlsClosed(this.place.flow, seen)
  }

  override isDone(): boolean {
    const [a, b] = this.#session.facts.applicationBytes
    if (a + b < BULK || this.#readableSeen) return false
    return !this.place.around.sink.isSipConnection(this.place.flow, this.#session.facts)
  }

  protected take(direction: Direction, seen: Seen, bytes: Uint8Array, start: number, end: number): void {
    this.#session.onBytes(direction, seen.at, seen.frame, bytes, start, end)
    this.place.around.sink.onTlsBytes(this.place.flow, direction, seen)
  }
}

/** SIP over WebSocket (RFC 7118). */
export class WebSocketConnection extends BaseSession {
  readonly #session: WebSocketSession
  #seen: Seen | null = null

  constructor(place: ConnectionPlace) {
    super(place)
    this.#session = new WebSocketSession((direction, bytes, start, end) => {
      if (this.#seen === null) return
      const message = parseSipMessage(bytes, start, end, place.around.seed)
      tellSip(place, message, { flow: place.flow, direction, transport: 'ws', seen: this.#seen })
    }, place.around.onWeird)
  }

  onGap(direction: Direction): void {
    this.#session.onGap(direction)
  }

  onEnd(): void {
    this.#seen = null
  }

  override isDone(): boolean {
    return this.#session.opaque
  }

  protected take(direction: Direction, seen: Seen, bytes: Uint8Array, start: number, end: number): void {
    this.#seen = seen
    this.#session.onBytes(direction, seen.frame, bytes, start, end)
  }
}

/** STUN and TURN channels over TCP (RFC 8656 §3.1): each message is taken like a datagram. */
export class StunConnection extends BaseSession {
  readonly #streams: readonly [StunStream, StunStream] = [new StunStream(), new StunStream()]

  onGap(direction: Direction): void {
    this.#streams[direction].onGap()
  }

  onEnd(): void {
    this.#streams[0].onGap()
  }

  protected take(direction: Direction, seen: Seen, bytes: Uint8Array, start: number, end: number): void {
    const arrival = arrivalOf(this.place.flow, direction, seen)
    this.#streams[direction].onBytes(bytes, start, end, (inner, from, to) => {
      this.place.datagrams.onPayload(arrival, inner, from, to, to - from)
    })
  }
}

/** RTP, RTCP, STUN and DTLS framed on TCP (RFC 4571, RFC 6544). */
export class FramedConnection extends BaseSession {
  readonly #streams: readonly [FramedRtpStream, FramedRtpStream] = [
    new FramedRtpStream(),
    new FramedRtpStream(),
  ]

  onGap(direction: Direction): void {
    this.#streams[direction].onGap()
  }

  onEnd(): void {
    this.#streams[0].onGap()
  }

  protected take(direction: Direction, seen: Seen, bytes: Uint8Array, start: number, end: number): void {
    const arrival = arrivalOf(this.place.flow, direction, seen)
    this.#streams[direction].onBytes(bytes, start, end, (inner, from, to) => {
      this.place.datagrams.onPayload(arrival, inner, from, to, to - from)
    })
  }
}

const arrivalOf = (flow: Flow, direction: Direction, seen: Seen): RtpArrival => ({
  flowDirection: flow.id * 2 + direction,
  at: seen.at,
  frame: seen.frame,
})
