/**
 * TLS connections that may carry SIP, and the question whether media without readable SDP has one of them as its signalling. The rules are
 * VERDICTS §1 (a)–(f): this is the only road to green, so each condition that is not met has a name.
 */
import { BoundedMap } from '../base/bounded-map.ts'
import { MILLISECOND, SECOND, type Micros } from '../base/clock.ts'
import type { Direction, Endpoint, Flow } from '../base/endpoint.ts'
import type { TlsFacts } from '../protocol/tls/index.ts'
import type { SignallingConnection, UndeterminedReason } from './call-facts.ts'

const MAX_CONNECTIONS = 1024
const MAX_REMEMBERED = 1024
const HISTORY = 32
/** Condition (b): application data both ways so short before the first media. */
const BEFORE_MEDIA = 8 * SECOND
const ANSWER_AFTER = SECOND / 2
/**
 * Condition (c): the capture was running before the media began. A second without this media says so; where its first packet itself looks
 * like a beginning (marker bit, RFC 3551 §4.1, or sequence number 0), three packet intervals do, and none if the connection's own start is
 * in the capture.
 */
const RUNNING_BEFORE = SECOND
const RUNNING_BEFORE_BEGINNING = 60 * MILLISECOND

/** How the core is told which hosts and ports speak SIP. */
export interface SignallingPorts {
  readonly tlsPorts: readonly number[]
  /** Host names or addresses known to speak SIP, lower case. */
  readonly sipPeers: readonly string[]
}

interface Connection {
  readonly flow: Flow
  readonly facts: TlsFacts
  readonly startSeen: boolean
  readonly openedAt: Micros
  webSocket: boolean
  ambiguous: boolean
  closedAt: Micros | null
  /** Times of application data per direction, newest last. */
  readonly history: [Micros[], Micros[]]
  readonly counted: [number, number]
}

/** What was learned of one client and server on an earlier connection. */
type Parameters = Pick<TlsFacts, 'version' | 'suite' | 'suiteStrength' | 'forwardSecrecy' | 'certificate'>

/** Answer of `join`. */
export interface Join {
  readonly connections: readonly SignallingConnection[]
  readonly reasons: readonly UndeterminedReason[]
}

/** When and between whom media began. */
export interface MediaStart {
  readonly ends: readonly [Endpoint, Endpoint]
  readonly at: Micros
  /** Time of the capture's first frame. */
  readonly captureStart: Micros
  /** The first packet looks like the first that was sent. */
  readonly begins: boolean
}

/**
 * Condition (b): data went both ways just before the media. A phone that answers may send its first packet a moment before its 200 OK is
 * written, so the later of the two may follow by half a second.
 */
const isRecent = (history: readonly (readonly Micros[])[], media: Micros): boolean => {
  const within = (times: readonly Micros[], after: number): boolean =>
    times.some((at) => at <= media + after && media - at <= BEFORE_MEDIA)
  return history.some((times) => within(times, 0)) && history.every((times) => within(times, ANSWER_AFTER))
}

/** See the head of this file. */
export class SignallingConnections {
  readonly #connections = new BoundedMap<number, Connection>(MAX_CONNECTIONS)
  readonly #remembered = new BoundedMap<string, Parameters>(MAX_REMEMBERED)
  readonly #ports: SignallingPorts

  constructor(ports: SignallingPorts) {
    this.#ports = ports
  }

  get evicted(): number {
    return this.#connections.evicted
  }

  /** A TLS connection appeared on `flow`. */
  open(flow: Flow, facts: TlsFacts, at: Micros, startSeen: boolean): void {
    this.#connections.set(flow.id, {
      flow,
      facts,
      startSeen,
      openedAt: at,
      webSocket: false,
      ambiguous: false,
      closedAt: null,
      history: [[], []],
      counted: [0, 0],
    })
  }

  /**
   * Bytes went over the connection: application data among them is noted with its time. The first time that a connection known as SIP is
   * completed, its client's address comes back.
   */
  onBytes(flow: Flow, direction: Direction, at: Micros): string | null {
    const connection = this.#connections.get(flow.id)
    if (connection === undefined) return null
    const bytes = connection.facts.applicationBytes[direction]
    if (bytes === connection.counted[direction]) return null
    connection.counted[direction] = bytes
    const history = connection.history[direction]
    history.push(at)
    if (history.length > HISTORY) history.shift()
    if (connection.facts.handshake !== 'completed') return null
    this.#remember(connection)
    const isFirst = connection.counted[0] === 0 || connection.counted[1] === 0
    const { clientDirection } = connection.facts
    return isFirst && clientDirection !== null && this.knownBy(flow, connection.facts) !== null
      ? flow.ends[clientDirection].address
      : null
  }

  /** Two versions of some of its bytes were seen: what its handshake said is in doubt. */
  onOverlap(flow: number): void {
    const connection = this.#connections.get(flow)
    if (connection !== undefined) connection.ambiguous = true
  }

  /** The connection ended or its flow slot was given away. */
  close(flow: number, at: Micros): void {
    const connection = this.#connections.get(flow)
    if (connection !== undefined) connection.closedAt ??= at
  }

  /** The flow slot belongs to another flow now: the connection is kept under no number, only its parameters stay. */
  forget(flow: number): void {
    this.#connections.delete(flow)
  }

  /** How a connection is known to be SIP, or null. */
  knownBy(flow: Flow, facts: TlsFacts): SignallingConnection['knownBy'] | null {
    const { tlsPorts, sipPeers } = this.#ports
    if (flow.ends.some((end) => tlsPorts.includes(end.port))) return 'port'
    if (facts.alpn === 'sip/2' || (facts.alpn === null && facts.alpnOffered.includes('sip/2'))) return 'alpn'
    const names = [facts.sni?.toLowerCase() ?? '', flow.ends[0].address, flow.ends[1].address]
    return names.some((name) => name !== '' && sipPeers.includes(name)) ? 'name' : null
  }

  /** Which connections are the signalling of media that began now; the caller keeps the answer. */
  join(start: MediaStart): Join {
    const near = this.#candidates(start)
    const known = near.filter(({ knownBy }) => knownBy !== 'guess')
    if (known.length === 0) {
      return { connections: [], reasons: near.length > 0 ? ['signalling-guessed'] : ['signalling-unseen'] }
    }
    const chosen = this.#choose(known, start)
    if (chosen === null) return { connections: [], reasons: ['signalling-unseen'] }
    const reasons: UndeterminedReason[] = []
    if (this.#anyAmbiguous(start)) reasons.push('ambiguous-stream')
    for (const { facts } of chosen) {
      if (facts.handshake === 'lost' || facts.handshake === 'started') reasons.push('handshake-lost')
      else if (facts.handshake === 'failed') reasons.push('signalling-unseen')
      else if (facts.handshake === 'unseen' && facts.looksRandom !== true) reasons.push('signalling-unseen')
    }
    return { connections: chosen, reasons }
  }

  /** Connections of the media's hosts with application data both ways just before it, per conditions (a)–(d). */
  #candidates(start: MediaStart): SignallingConnection[] {
    const found: SignallingConnection[] = []
    for (const connection of this.#connections.values()) {
      const { flow } = connection
      const touches = flow.ends.some((end) => start.ends.some((media) => media.address === end.address))
      if (!touches || connection.closedAt !== null) continue
      const recent = isRecent(connection.history, start.at)
      const running = start.at - start.captureStart
      const beginning = connection.startSeen ? 0 : RUNNING_BEFORE_BEGINNING
      const ranBefore = running >= (start.begins ? beginning : RUNNING_BEFORE)
      if (!recent || !ranBefore) continue
      found.push(this.#toSignalling(connection))
    }
    return found
  }

  /** True if the bytes of a connection of the media's hosts were seen in two versions. */
  #anyAmbiguous(start: MediaStart): boolean {
    for (const { flow, ambiguous } of this.#connections.values()) {
      if (ambiguous && flow.ends.some((end) => start.ends.some(({ address }) => address === end.address)))
        return true
    }
    return false
  }

  #toSignalling(connection: Connection): SignallingConnection {
    const { flow, facts } = connection
    const clientDirection =
      facts.clientDirection ?? (this.#ports.tlsPorts.includes(flow.ends[0].port) ? 1 : 0)
    const client = flow.ends[clientDirection]
    const server = flow.ends[clientDirection === 0 ? 1 : 0]
    const parameters =
      facts.handshake === 'unseen' ? this.#remembered.get(`${client.address} ${server.address}`) : undefined
    return {
      client,
      server,
      facts: parameters === undefined ? facts : { ...facts, ...parameters },
      knownBy: this.knownBy(flow, facts) ?? 'guess',
      webSocket: connection.webSocket,
      remembered: parameters !== undefined,
    }
  }

  /**
   * Condition (f), one candidate only: a connection between the two media hosts themselves, else one for each media host that has any.
   * Several connections of one client and server are one candidate, and the worst of them counts.
   */
  #choose(known: readonly SignallingConnection[], start: MediaStart): SignallingConnection[] | null {
    const [a, b] = start.ends.map((end) => end.address) as [string, string]
    const touches = (one: SignallingConnection, address: string): boolean =>
      one.client.address === address || one.server.address === address
    const pairOf = (one: SignallingConnection): string =>
      [one.client.address, one.server.address].sort().join(' ')
    const direct = known.filter((one) => touches(one, a) && touches(one, b))
    if (direct.length > 0) return direct
    const chosen: SignallingConnection[] = []
    for (const address of [a, b]) {
      const own = known.filter((one) => touches(one, address))
      if (new Set(own.map(pairOf)).size > 1) return null
      chosen.push(...own)
    }
    return chosen
  }

  #remember(connection: Connection): void {
    const { facts, flow } = connection
    if (facts.clientDirection === null) return
    const client = flow.ends[facts.clientDirection].address
    const server = flow.ends[facts.clientDirection === 0 ? 1 : 0].address
    const { version, suite, suiteStrength, forwardSecrecy, certificate } = facts
    this.#remembered.set(`${client} ${server}`, {
      version,
      suite,
      suiteStrength,
      forwardSecrecy,
      certificate,
    })
  }
}
