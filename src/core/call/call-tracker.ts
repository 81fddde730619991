/**
 * The only writer of calls: joins SIP dialogs, announced media, key exchanges and TLS connections into calls, and says which changed. It
 * judges nothing; factsOf() gives the immutable snapshot that verdict and exposure read.
 */
import type { AnalysisSink, SipPlace } from '../analysis/index.ts'
import type { Micros } from '../base/clock.ts'
import { SECOND } from '../base/clock.ts'
import type { Cryptography } from '../base/cryptography.ts'
import type { Direction, Flow, Seen } from '../base/endpoint.ts'
import { BoundedMap } from '../base/bounded-map.ts'
import type { StreamTable } from '../protocol/rtp/index.ts'
import type { CryptoAttribute } from '../protocol/sdp/index.ts'
import type { SipMessage } from '../protocol/sip/index.ts'
import type { TlsFacts } from '../protocol/tls/index.ts'
import type { ZrtpFacts } from '../protocol/zrtp/index.ts'
import { Call, type Attachment } from './call.ts'
import type { CallFacts } from './call-facts.ts'
import { factsOf, surroundingsOf } from './call-snapshot.ts'
import type { MediaSurroundings } from './stream-facts.ts'
import { closeDue } from './call-lifetime.ts'
import { DialogTable } from './dialog-table.ts'
import { KeyRing } from './key-ring.ts'
import { advanceLeg, cancelForks, noteParties } from './leg-state.ts'
import { MediaJoiner } from './media-joiner.ts'
import { MediaKeys } from './media-keys.ts'
import { MediaTable } from './media-table.ts'
import { noteMessage } from './message-observations.ts'
import { PhoneTable } from './phone-table.ts'
import { PlainHosts } from './plain-hosts.ts'
import { RtcpSenders } from './rtcp-senders.ts'
import { DescriptionReader } from './description-reader.ts'
import { SignallingConnections, type SignallingPorts } from './signalling-connections.ts'
import { WireSightings } from './wire-sightings.ts'

const MAX_CONNECTION_CALLS = 2048

const duplicatesOf = (call: Call): number =>
  call.attachments.reduce((sum, { stream }) => sum + stream.duplicates, 0)

/** What the tracker is told at its making. */
export interface TrackerOptions extends SignallingPorts {
  readonly cryptography: Cryptography
  readonly runKey: Uint8Array
  /** Certificate dates may be compared with the capture's time. */
  readonly clockTrusted: boolean
  /** A call closed that used this flow: the sessions of its key exchanges are over too. */
  readonly onFlowReleased: (flow: number) => void
}

/** See the head of this file. */
export class CallTracker implements AnalysisSink {
  readonly phones = new PhoneTable()
  readonly wire = new WireSightings()
  readonly rtcp = new RtcpSenders()
  readonly keys: KeyRing
  readonly connections: SignallingConnections
  readonly mediaKeys: MediaKeys
  readonly #dialogs: DialogTable
  readonly #mediaTable = new MediaTable()
  readonly #joiner: MediaJoiner
  readonly #reader: DescriptionReader
  readonly #mediaCalls = new BoundedMap<string, Call>(MAX_CONNECTION_CALLS, (_, call) => {
    this.#close(call, true)
  })
  readonly #closed: Call[] = []
  readonly #plainHosts = new PlainHosts()
  readonly #clockTrusted: boolean
  #captureStart: Micros | null = null
  #duplicates = 0

  constructor(options: TrackerOptions) {
    this.#clockTrusted = options.clockTrusted
    this.keys = new KeyRing(options.cryptography, options.runKey)
    this.connections = new SignallingConnections(options)
    this.mediaKeys = new MediaKeys(options.cryptography)
    this.#dialogs = new DialogTable((call) => {
      this.#close(call, call.endedAt === null)
    })
    this.#joiner = new MediaJoiner({
      tracker: this,
      mediaTable: this.#mediaTable,
      sipPeers: options.sipPeers,
      openCall: (at) => this.#openMediaCall(at),
      onFlowReleased: (flow) => {
        this.mediaKeys.forget(flow.id)
        options.onFlowReleased(flow.id)
      },
    })
    this.#reader = new DescriptionReader({
      cryptography: options.cryptography,
      mediaTable: this.#mediaTable,
      keys: this.keys,
      joiner: this.#joiner,
      onSucceeded: (call) => {
        this.#close(call, false)
      },
    })
  }

  /** Gives the table of RTP streams, which in turn reports to `streams`. */
  useStreams(table: StreamTable): void {
    this.#joiner.useStreams(table)
  }

  /** The listener for the table of RTP streams. */
  get streams(): MediaJoiner {
    return this.#joiner
  }

  /** Time of the first frame: what came before it is unknown. */
  onCaptureStart(at: Micros): void {
    this.#captureStart = at
  }

  /** Time of the first frame, or null before it. */
  get captureStart(): Micros | null {
    return this.#captureStart
  }

  onSipMessage(message: SipMessage, place: SipPlace): void {
    this.phones.onSipMessage(message, place)
    this.wire.onSipMessage(message, place)
    if (message.unusable) return
    const call = this.#dialogs.callOf(message, place)
    if (call === null) return
    const { leg, sender } = this.#dialogs.legOf(call, message, place)
    const wasAnswered = leg.answeredAt !== null
    advanceLeg(leg, sender, message, place.seen)
    if (message.kind === 'request' && message.method === 'CANCEL') cancelForks(leg, place.seen)
    noteParties(leg, message, place.seen.frame)
    noteMessage(call, message, place, this.#dialogs)
    this.#reader.onMessage(leg, sender, message, place)
    call.lastAt = place.seen.at
    call.dirty = true
    // A re-INVITE or its answer may change the protection: look again (VERDICTS §2.3).
    if (wasAnswered && (message.method === 'INVITE' || message.method === 'UPDATE'))
      this.#splitStreams(call, place.seen)
    this.#dialogs.noteEnd(call, place.seen.at)
  }

  onTlsOpened(flow: Flow, facts: TlsFacts, seen: Seen, startSeen: boolean): void {
    this.connections.open(flow, facts, seen.at, startSeen)
  }

  onTlsBytes(flow: Flow, direction: Direction, seen: Seen): void {
    const client = this.connections.onBytes(flow, direction, seen.at)
    if (client !== null) this.phones.onTlsClient(client)
  }

  onTlsClosed(flow: Flow, seen: Seen): void {
    this.connections.close(flow.id, seen.at)
  }

  isSipConnection(flow: Flow, facts: TlsFacts): boolean {
    return this.connections.knownBy(flow, facts) !== null
  }

  onDtls(flow: Flow, facts: TlsFacts, seen: Seen): void {
    this.#joiner.noteIce(flow.id)
    if (this.mediaKeys.onDtls(flow, facts)) this.#joiner.splitFlow(flow.id, seen, true)
  }

  onZrtp(flow: Flow, facts: ZrtpFacts, seen: Seen): void {
    const change = this.mediaKeys.onZrtp(flow, facts)
    if (change !== null) this.#joiner.splitFlow(flow.id, seen, change === 'completed')
  }

  onIce(flow: Flow): void {
    this.#joiner.noteIce(flow.id)
  }

  onTurnCredential(flow: Flow, seen: Seen): void {
    this.wire.onTurnCredential(seen)
    for (const { address } of flow.ends) this.phones.onTurnCredential(address, seen)
  }

  onRtcp(flow: Flow, direction: Direction, seen: Seen, bytes: Uint8Array, start: number, end: number): void {
    this.rtcp.onPacket(flow, direction, seen, bytes, start, end)
  }

  onUnjudged(name: string, flow: Flow, seen: Seen): void {
    this.wire.onUnjudged(name, flow, seen)
  }

  onTunnel(name: string, flow: Flow | null, seen: Seen): void {
    this.wire.onTunnel(name, flow, seen)
  }

  onProvisioning(flow: Flow, seen: Seen): void {
    this.wire.onProvisioning(flow, seen)
    for (const { address } of flow.ends) this.phones.onProvisioning(address, seen)
  }

  onKeysOutsideSip(keys: readonly CryptoAttribute[], seen: Seen): void {
    this.wire.onKeysOutsideSip(seen)
    for (const attribute of keys)
      this.keys.add(null, attribute, { ...seen, where: 'outside-sip', keying: 'sdes' })
  }

  onRtpOmitted(flow: number): void {
    this.#joiner.onRtpOmitted(flow)
  }

  onOpaqueMedia(flow: Flow, direction: Direction, seen: Seen, payloadLength: number): void {
    this.#joiner.onOpaqueMedia(flow, direction, seen, payloadLength)
  }

  /** Two versions of some bytes of an IP datagram were seen: calls between its hosts may have been told something else than we read. */
  onAmbiguousDatagram(ends: readonly [string, string], frame: number): void {
    for (const call of this.#dialogs.calls()) {
      const touched = call.legs.some(
        ({ client, server }) => ends.includes(client.address) && ends.includes(server.address),
      )
      if (touched) call.observe('tcp-overlap', frame)
    }
  }

  onStreamDamage(flow: Flow, kind: 'gap' | 'overlap', seen: Seen): void {
    if (kind === 'overlap') this.connections.onOverlap(flow.id)
    for (const call of this.#dialogs.calls()) {
      const touched = call.legs.some(
        (leg) =>
          leg.transport !== 'udp' &&
          flow.ends.some((end) => end.address === leg.client.address && end.port === leg.client.port),
      )
      if (touched) call.observe(kind === 'gap' ? 'tls-gap' : 'tcp-overlap', seen.frame)
    }
  }

  isExpected(flow: Flow, now: Micros): boolean {
    return this.#mediaTable.claim(flow, now) !== null
  }

  expectsOpaqueMedia(): boolean {
    return this.#reader.expectsOpaqueMedia
  }

  /** Rises when SDP announced more media: flows looked up in vain before are worth another look. */
  get announcements(): number {
    return this.#mediaTable.generation
  }

  /** The kernel, the ring or the filter lost frames now: every call that is up was seen incompletely. */
  onCaptureLoss(): void {
    for (const call of this.calls()) {
      if (call.closed || call.captureLoss) continue
      call.captureLoss = true
      call.dirty = true
    }
  }

  /** Now only a sample of the media is looked at: of every call that is up the loss and the jitter are not known exactly. */
  onSampling(): void {
    for (const call of this.calls()) {
      if (call.closed || call.sampled) continue
      call.sampled = true
      call.dirty = true
    }
  }

  /** The flow slot is about to be used for another flow. */
  forgetFlow(flow: number): void {
    this.connections.forget(flow)
    this.mediaKeys.forget(flow)
    this.#joiner.forgetFlow(flow)
  }

  /** Time passes: orphans become calls or other traffic, ended calls close, keys are wiped. `finishing`: the capture is over. */
  onTick(now: Micros, finishing: boolean): void {
    this.#joiner.onTick(now, finishing)
    for (const call of this.calls())
      if (!call.closed && (finishing || closeDue(call, now))) this.#close(call, false)
    this.keys.sweep(now)
  }

  /** All calls not yet forgotten. */
  *calls(): IterableIterator<Call> {
    yield* this.#dialogs.calls()
    yield* this.#mediaCalls.values()
  }

  /** Calls closed since the last time, each once; they are forgotten afterwards. */
  takeClosed(): Call[] {
    return this.#closed.splice(0)
  }

  /** The immutable snapshot of a call. */
  factsOf(call: Call): CallFacts {
    return call.lastFacts ?? factsOf(call, this, this.#clockTrusted)
  }

  /** Streams that belong to no call. */
  otherMedia(): readonly Attachment[] {
    return this.#joiner.otherMedia
  }

  /** Streams of no call beyond the listed ones. */
  get otherMediaOmitted(): number {
    return this.#joiner.otherMediaOmitted
  }

  /** Key exchanges and RTCP, as the projection of a stream needs them. */
  get surroundings(): MediaSurroundings {
    return surroundingsOf(this)
  }

  /** Packets that the capture showed more than once. */
  duplicates(): number {
    return this.#duplicates + [...this.calls()].reduce((sum, call) => sum + duplicatesOf(call), 0)
  }

  /** What bounded tables dropped, by name. */
  evictions(): Readonly<Record<string, number>> {
    return {
      calls: this.#dialogs.evicted,
      mediaCalls: this.#mediaCalls.evicted,
      announcements: this.#mediaTable.evicted,
      tlsConnections: this.connections.evicted,
      rtcpSenders: this.rtcp.evicted,
      keys: this.keys.evicted,
      otherMedia: this.#joiner.otherMediaOmitted,
      phones: this.phones.evicted,
      plainHosts: this.#plainHosts.evicted,
    }
  }

  /** See SnapshotSurroundings. */
  hasPlainSignalling(hosts: readonly string[], from: Micros, to: Micros): boolean {
    return this.#plainHosts.spokeIn({ from, to }, hosts, this.#dialogs.calls())
  }

  #openMediaCall(at: Micros): Call {
    const call = new Call(this.#dialogs.nextId(), 'media-only', at)
    this.#mediaCalls.set(call.id, call)
    return call
  }

  #splitStreams(call: Call, seen: Seen): void {
    for (const { stream } of call.attachments) {
      if (seen.at - stream.lastAt < 60 * SECOND) stream.split(seen.at, seen.frame, false)
    }
  }

  #close(call: Call, truncated: boolean): void {
    if (call.closed) return
    call.closed = true
    call.truncated ||= truncated
    call.dirty = true
    this.#closed.push(call)
    this.#duplicates += duplicatesOf(call)
    this.#plainHosts.onClosed(call)
    call.lastFacts = factsOf(call, this, this.#clockTrusted)
    this.#dialogs.forget(call)
    this.#mediaCalls.delete(call.id)
    this.#mediaTable.forget(call)
    this.#joiner.forgetCall(call)
    for (const { stream } of call.attachments) this.rtcp.forget(stream)
  }
}
