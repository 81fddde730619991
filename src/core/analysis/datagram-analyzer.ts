/**
 * Looks at one datagram's first bytes (RFC 7983, RFC 9443, RFC 5761) and gives it to its protocol. What no protocol wants is dropped here,
 * before any table is touched: most of the wire is not VoIP.
 */
import { SECOND } from '../base/clock.ts'
import type { Direction, Flow, Seen } from '../base/endpoint.ts'
import type { PacketLayers } from '../decode/index.ts'
import { DATAGRAM_CLASS, classifyDatagram } from '../flow/index.ts'
import { DtlsSession, probeDtls } from '../protocol/dtls/index.ts'
import type { RtpArrival } from '../protocol/rtp/index.ts'
import { findKeysOutsideSip, parseSipMessage, probeKeysOutsideSip, probeSip } from '../protocol/sip/index.ts'
import { isChannelData, parseStun, probeStun, channelPayload } from '../protocol/stun/index.ts'
import { probeTunnel } from '../protocol/tunnels/index.ts'
import { probeProvisioning, probeUnjudgedDatagram, UNJUDGED_UDP_PORTS } from '../protocol/unjudged/index.ts'
import { probeZrtp, ZrtpSession } from '../protocol/zrtp/index.ts'
import { SessionTable } from './session-table.ts'
import type { AnalysisSurroundings } from './surroundings.ts'

/** Packets of recognised media that keep a flow from giving way to a flood: one may be anybody's. */
const PROTECTED_FROM = 8
const READABLE_OCTETS = 8

/** True if the first octets are printable: one random datagram in a thousand is. */
const isReadable = (bytes: Uint8Array, start: number): boolean => {
  for (let at = start; at < start + READABLE_OCTETS; at++) {
    const octet = bytes[at] ?? 0
    if (octet < 0x20 || octet > 0x7e) return false
  }
  return true
}

/** See the head of this file. */
export class DatagramAnalyzer {
  readonly #around: AnalysisSurroundings
  /** Value of `announcements` when the flow was last looked up among announced media. */
  readonly #checked: Uint32Array
  readonly #announced: Uint8Array
  readonly #dtls = new SessionTable<DtlsSession>()
  readonly #zrtp = new SessionTable<ZrtpSession>()
  /** RTP packets taken on the flow, up to PROTECTED_FROM. */
  readonly #taken: Uint8Array
  readonly #turn: Uint8Array
  readonly #unjudgedPorts = new Uint8Array(65536)

  constructor(around: AnalysisSurroundings) {
    this.#around = around
    this.#checked = new Uint32Array(around.flows.capacity)
    this.#announced = new Uint8Array(around.flows.capacity)
    this.#turn = new Uint8Array(around.flows.capacity)
    this.#taken = new Uint8Array(around.flows.capacity)
    for (const port of UNJUDGED_UDP_PORTS) this.#unjudgedPorts[port] = 1
  }

  /** One UDP datagram. `arrival.flowDirection` is filled here. */
  onDatagram(arrival: RtpArrival, layers: PacketLayers, bytes: Uint8Array): void {
    const start = layers.payloadStart
    const end = layers.payloadEnd
    if (end - start < 4) return
    const unjudged =
      this.#unjudgedPorts[layers.sourcePort] === 1 || this.#unjudgedPorts[layers.destinationPort] === 1
    if (unjudged && this.#onUnjudgedPort(arrival, layers, bytes)) return
    const kind = classifyDatagram(bytes, start, end)
    const wanted = this.#isWanted(kind, bytes, start, end)
    if (!wanted && !this.#isCurious(kind, layers, bytes)) return
    const flowDirection = this.#around.flows.touch(layers, Math.floor(arrival.at / SECOND))
    if (flowDirection < 0) return
    arrival.flowDirection = flowDirection
    if (wanted && this.onPayload(arrival, bytes, start, end, layers.payloadLength, kind)) return
    this.#onUnknown(arrival, layers, bytes)
  }

  /**
   * One datagram-shaped payload of class `kind` on the arrival's flow: UDP itself, or what TURN, RFC 4571 or STUN over TCP carried. False if
   * no protocol took it.
   */
  onPayload(
    arrival: RtpArrival,
    bytes: Uint8Array,
    start: number,
    end: number,
    wireLength: number,
    kind: number = classifyDatagram(bytes, start, end),
  ): boolean {
    switch (kind) {
      case DATAGRAM_CLASS.rtp:
        return this.#onRtp(arrival, bytes, start, end, wireLength)
      case DATAGRAM_CLASS.rtcp:
        return this.#onRtcp(arrival, bytes, start, end, wireLength)
      case DATAGRAM_CLASS.stun:
        return this.#onStun(arrival, bytes, start, end)
      case DATAGRAM_CLASS.dtls:
        return this.#onDtls(arrival, bytes, start, end)
      case DATAGRAM_CLASS.zrtp:
        return this.#onZrtp(arrival, bytes, start, end)
      default:
        return (
          this.#onSip(arrival, bytes, start, end) ||
          this.#onChannelData(arrival, bytes, start, end, wireLength)
        )
    }
  }

  /** What its tables dropped, by name. */
  evictions(): Readonly<Record<string, number>> {
    return { dtlsSessions: this.#dtls.evicted, zrtpSessions: this.#zrtp.evicted }
  }

  /** The flow's slot goes to another flow. */
  forget(flow: number): void {
    this.#checked[flow] = 0
    this.#announced[flow] = 0
    this.#turn[flow] = 0
    this.#taken[flow] = 0
    this.forgetKeys(flow)
  }

  /** The call that used the flow is over: a key exchange that comes now is another one. */
  forgetKeys(flow: number): void {
    this.#dtls.delete(flow)
    this.#zrtp.delete(flow)
  }

  /** A cheap look before the flow table: QUIC, DNS and games end here. */
  #isWanted(kind: number, bytes: Uint8Array, start: number, end: number): boolean {
    switch (kind) {
      case DATAGRAM_CLASS.rtp:
      case DATAGRAM_CLASS.rtcp:
        return true
      case DATAGRAM_CLASS.stun:
        return probeStun(bytes, start, end) !== 'not-for-us'
      case DATAGRAM_CLASS.dtls:
        return probeDtls(bytes, start, end) !== 'not-for-us'
      case DATAGRAM_CLASS.zrtp:
        return probeZrtp(bytes, start, end) !== 'not-for-us'
      case DATAGRAM_CLASS.text:
      case DATAGRAM_CLASS.turnChannel:
        return probeSip(bytes, start, end) !== 'not-for-us' || isChannelData(bytes, start, end)
      default:
        return false
    }
  }

  /** No protocol of ours, but worth a line: announced opaque media, a tunnel, a phone's configuration, keys beside SIP. */
  #isCurious(kind: number, layers: PacketLayers, bytes: Uint8Array): boolean {
    const { payloadStart: start, payloadEnd: end, sourcePort, destinationPort } = layers
    if (this.#around.sink.expectsOpaqueMedia()) return true
    if (kind === DATAGRAM_CLASS.text)
      return isReadable(bytes, start) && probeKeysOutsideSip(bytes, start, end)
    if (kind === DATAGRAM_CLASS.stun && probeProvisioning(bytes, start, end)) return true
    return (
      kind !== DATAGRAM_CLASS.other && probeTunnel(bytes, start, end, sourcePort, destinationPort) !== null
    )
  }

  #onRtp(arrival: RtpArrival, bytes: Uint8Array, start: number, end: number, wireLength: number): boolean {
    const { streams, flows, announcements } = this.#around
    const flow = arrival.flowDirection >> 1
    if (this.#checked[flow] !== announcements() && !streams.hasStream(flow))
      this.#isAnnounced(flows.flowOf(flow), arrival)
    if (!streams.onPacket(arrival, bytes, start, end, wireLength)) {
      this.#around.sink.onRtpOmitted(flow)
      return true
    }
    if ((this.#taken[flow] as number) < PROTECTED_FROM) this.#taken[flow] = (this.#taken[flow] as number) + 1
    else flows.protect(flow)
    this.#zrtp.get(flow)?.onMediaAfterConfirm2(arrival.at, arrival.frame)
    return true
  }

  #onRtcp(arrival: RtpArrival, bytes: Uint8Array, start: number, end: number, wireLength: number): boolean {
    // Index and tag of SRTCP stand at the end: what a short capture cut off shows other bytes there.
    if (end - start < wireLength) return true
    const { flow, direction } = this.#placeOf(arrival)
    this.#around.sink.onRtcp(flow, direction, this.#seenOf(arrival), bytes, start, end)
    return true
  }

  #onStun(arrival: RtpArrival, bytes: Uint8Array, start: number, end: number): boolean {
    const message = parseStun(bytes, start, end)
    if (message === null) return false
    const { flow } = this.#placeOf(arrival)
    const seen = this.#seenOf(arrival)
    if (message.isTurn) this.#turn[flow.id] = 1
    if (message.isTurn || message.hasIce) this.#around.sink.onIce(flow, seen)
    if (message.hasCredential) this.#around.sink.onTurnCredential(flow, seen)
    if (message.dataStart < message.dataEnd) {
      this.onPayload(arrival, bytes, message.dataStart, message.dataEnd, message.dataEnd - message.dataStart)
    }
    return true
  }

  #onChannelData(
    arrival: RtpArrival,
    bytes: Uint8Array,
    start: number,
    end: number,
    wireLength: number,
  ): boolean {
    const flow = arrival.flowDirection >> 1
    if (!isChannelData(bytes, start, end)) return false
    const inner = channelPayload(bytes, start, end)
    // Without TURN seen before, only what carries media or keys inside is believed to be a channel.
    const kind = classifyDatagram(bytes, inner.start, inner.end)
    if (this.#turn[flow] === 0 && kind === DATAGRAM_CLASS.other) return false
    if (kind !== DATAGRAM_CLASS.rtp && kind !== DATAGRAM_CLASS.rtcp && this.#turn[flow] === 0) return false
    this.#around.sink.onIce(this.#around.flows.flowOf(flow), this.#seenOf(arrival))
    return this.onPayload(
      arrival,
      bytes,
      inner.start,
      inner.end,
      Math.min(wireLength - 4, inner.length),
      kind,
    )
  }

  #onDtls(arrival: RtpArrival, bytes: Uint8Array, start: number, end: number): boolean {
    const { flow, direction } = this.#placeOf(arrival)
    let session = this.#dtls.get(flow.id)
    if (session === undefined) {
      if (probeDtls(bytes, start, end) !== 'certain') return false
      session = new DtlsSession(this.#around.cryptography, this.#around.onWeird)
      this.#dtls.add(flow.id, session)
    }
    session.onDatagram(direction, arrival.at, arrival.frame, bytes, start, end)
    if (session.facts.handshake === 'completed') this.#dtls.complete(flow.id)
    this.#around.sink.onDtls(flow, session.facts, this.#seenOf(arrival))
    return true
  }

  #onZrtp(arrival: RtpArrival, bytes: Uint8Array, start: number, end: number): boolean {
    if (probeZrtp(bytes, start, end) !== 'certain') return false
    const { flow, direction } = this.#placeOf(arrival)
    let session = this.#zrtp.get(flow.id)
    if (session === undefined) {
      session = new ZrtpSession(this.#around.onWeird)
      this.#zrtp.add(flow.id, session)
    }
    session.onDatagram(direction, arrival.at, arrival.frame, bytes, start, end)
    if (session.facts.completedAt !== null) this.#zrtp.complete(flow.id)
    this.#around.sink.onZrtp(flow, session.facts, this.#seenOf(arrival))
    return true
  }

  #onSip(arrival: RtpArrival, bytes: Uint8Array, start: number, end: number): boolean {
    if (probeSip(bytes, start, end) === 'not-for-us') return false
    const message = parseSipMessage(bytes, start, end, this.#around.seed)
    const { flow, direction } = this.#placeOf(arrival)
    for (const name of message.weird) this.#around.onWeird(name, arrival.frame)
    this.#around.sink.onSipMessage(message, {
      flow,
      direction,
      transport: 'udp',
      seen: this.#seenOf(arrival),
    })
    return true
  }

  #onUnknown(arrival: RtpArrival, layers: PacketLayers, bytes: Uint8Array): void {
    const { payloadStart: start, payloadEnd: end, sourcePort, destinationPort } = layers
    const { sink } = this.#around
    const { flow, direction } = this.#placeOf(arrival)
    const seen = this.#seenOf(arrival)
    const tunnel = probeTunnel(bytes, start, end, sourcePort, destinationPort)
    if (tunnel !== null) sink.onTunnel(tunnel, flow, seen)
    else if (probeProvisioning(bytes, start, end)) sink.onProvisioning(flow, seen)
    else if (isReadable(bytes, start) && probeKeysOutsideSip(bytes, start, end)) {
      sink.onKeysOutsideSip(findKeysOutsideSip(bytes, start, end), seen)
    }
    if (this.#isAnnounced(flow, arrival)) sink.onOpaqueMedia(flow, direction, seen, layers.payloadLength)
  }

  /** Whether SDP announced media on the flow, looked up again only when there was news. */
  #isAnnounced(flow: Flow, arrival: RtpArrival): boolean {
    const { sink, streams, announcements } = this.#around
    if (this.#checked[flow.id] !== announcements()) {
      this.#checked[flow.id] = announcements()
      this.#announced[flow.id] = sink.isExpected(flow, arrival.at) ? 1 : 0
      if (this.#announced[flow.id] === 1) streams.expect(flow.id)
    }
    return this.#announced[flow.id] === 1
  }

  #onUnjudgedPort(arrival: RtpArrival, layers: PacketLayers, bytes: Uint8Array): boolean {
    const name = probeUnjudgedDatagram(
      bytes,
      layers.payloadStart,
      layers.payloadEnd,
      layers.sourcePort,
      layers.destinationPort,
    )
    if (name === null) return false
    const flowDirection = this.#around.flows.touch(layers, Math.floor(arrival.at / SECOND))
    if (flowDirection < 0) return true
    this.#around.sink.onUnjudged(name, this.#around.flows.flowOf(flowDirection >> 1), this.#seenOf(arrival))
    return true
  }

  #placeOf(arrival: RtpArrival): { flow: Flow; direction: Direction } {
    return {
      flow: this.#around.flows.flowOf(arrival.flowDirection >> 1),
      direction: (arrival.flowDirection & 1) as Direction,
    }
  }

  #seenOf(arrival: RtpArrival): Seen {
    return { at: arrival.at, frame: arrival.frame }
  }
}
