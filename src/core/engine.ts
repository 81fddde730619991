/**
 * The engine: frames in, reports out. After any number of onFrame and one onTick(now), call drain until it returns false before you wait.
 * It never reads a clock, starts a timer, throws on input, or keeps a reference to bytes it was given. It calls the stages in order and
 * knows no protocol.
 */
import { DatagramAnalyzer, StreamAnalyzer } from './analysis/index.ts'
import { SECOND, type Micros } from './base/clock.ts'
import type { Cryptography } from './base/cryptography.ts'
import { formatAddress } from './base/ip-address.ts'
import type { WeirdName } from './base/weird.ts'
import { CallTracker, type Call } from './call/index.ts'
import { toCallReport, toPhoneReport } from './call-report.ts'
import { Counts } from './counts.ts'
import { DECODE_STATUS, decodeFrame, decodeTransport, IP_PROTOCOL, PacketLayers } from './decode/index.ts'
import type { CallReport, EngineEvent, SummaryReport } from './engine-event.ts'
import { exposureOf, type PartiesMode } from './exposure/index.ts'
import { FlowTable, IpReassembly, TcpReassembly } from './flow/index.ts'
import { StreamTable, type RtpArrival } from './protocol/rtp/index.ts'
import { SummaryTotals } from './summary.ts'
import { evolveGrade, judge, judgePhone, type Verdict } from './verdict/index.ts'

const FLOWS = 32768
const STREAMS = 8192
/** So long after a stream began its call is looked at in each interval until the verdict is certain: what gathers packet by packet is announced by nobody. */
const UNSETTLED = 30 * SECOND
/** A call of which there is no news is reported so often, for its duration and its packets. */
const REFRESH = 30 * SECOND
/** What waits in the capture's buffer was sampled too. */
const SAMPLING_LASTS = 10 * SECOND
/** Small steps back are several clocks in one file; larger ones are a new time. */
const BACKWARDS = 60 * SECOND

/** What the engine is told at its making. */
export interface EngineOptions {
  readonly cryptography: Cryptography
  /** Random 32 bits per start: seeds every hash. */
  readonly randomSeed: number
  /** Random bytes per start (≥ 16): identities of keys only. */
  readonly runKey: Uint8Array
  readonly parties: PartiesMode
  readonly clockTrusted: boolean
  /** Ports where SIP is expected over TCP even if no message's beginning was seen; default 5060. */
  readonly sipPorts?: readonly number[]
  /** Ports where TLS is taken for SIP, besides those known by ALPN; default 5061. */
  readonly tlsPorts?: readonly number[]
  /** Hosts and names configured as SIP peers, lower case. */
  readonly sipPeers?: readonly string[]
  /** Least capture time between two reports of one call in microseconds; Infinity: report only its end. Default one second. */
  readonly changeInterval?: number
}

/** See the head of this file. */
export class Engine {
  readonly #options: EngineOptions
  readonly #layers = new PacketLayers()
  readonly #arrival: RtpArrival = { flowDirection: 0, at: 0 as Micros, frame: 0 }
  readonly #flows: FlowTable
  readonly #ip: IpReassembly
  readonly #tcp: TcpReassembly
  readonly #tracker: CallTracker
  readonly #streams: StreamTable
  readonly #datagrams: DatagramAnalyzer
  readonly #connections: StreamAnalyzer
  readonly #counts = new Counts()
  readonly #totals = new SummaryTotals()
  readonly #reported = new Map<Call, Micros>()
  #now = 0 as Micros
  #nextTick = 0

  constructor(options: EngineOptions) {
    this.#options = options
    const onWeird = (name: WeirdName): void => {
      this.#counts.addWeird(name)
    }
    const seed = options.randomSeed
    this.#tracker = new CallTracker({
      cryptography: options.cryptography,
      runKey: options.runKey,
      clockTrusted: options.clockTrusted,
      tlsPorts: options.tlsPorts ?? [5061],
      sipPeers: options.sipPeers ?? [],
      onFlowReleased: (flow) => {
        this.#datagrams.forgetKeys(flow)
      },
    })
    this.#flows = new FlowTable(FLOWS, seed, (flow) => {
      this.#forgetFlow(flow)
    })
    const flowOf = (flow: number) => this.#flows.flowOf(flow)
    this.#streams = new StreamTable(STREAMS, FLOWS, seed, flowOf, this.#tracker.streams)
    this.#tracker.useStreams(this.#streams)
    const surroundings = {
      flows: this.#flows,
      streams: this.#streams,
      sink: this.#tracker,
      cryptography: options.cryptography,
      seed,
      onWeird,
      announcements: () => this.#tracker.announcements,
    }
    this.#datagrams = new DatagramAnalyzer(surroundings)
    const { sipPorts = [5060], tlsPorts = [5061] } = options
    this.#connections = new StreamAnalyzer(surroundings, this.#datagrams, { sip: sipPorts, tls: tlsPorts })
    this.#ip = new IpReassembly({ seed, onWeird })
    this.#tcp = new TcpReassembly({ seed, onWeird, sink: this.#connections })
  }

  /**
   * One captured frame: `bytes[start, end)` of link type `linkType`, `wireLength` bytes long on the wire. Frames are numbered from 1 in the
   * order of the calls.
   */
  onFrame(
    at: Micros,
    bytes: Uint8Array,
    start: number,
    end: number,
    wireLength: number,
    linkType: number,
  ): void {
    const frame = this.#counts.addFrame(end - start)
    const now = this.#advance(at, frame)
    const layers = this.#layers
    const status = decodeFrame(linkType, bytes, start, end, wireLength, layers)
    this.#counts.addDecoded(status)
    if (status === DECODE_STATUS.transport) {
      this.#onTransport(now, frame, bytes)
    } else if (status === DECODE_STATUS.fragment) {
      const whole = this.#ip.onFragment(now, bytes, layers, frame)
      if (whole === null) return
      const inner = decodeTransport(whole, 0, whole.length, whole.length, layers.protocol, layers)
      if (inner === DECODE_STATUS.transport) this.#onTransport(now, frame, whole)
      if (this.#ip.wasAmbiguous)
        this.#tracker.onAmbiguousDatagram(
          [formatAddress(layers.addresses, 0), formatAddress(layers.addresses, 4)],
          frame,
        )
    } else if (status === DECODE_STATUS.tunnel) {
      this.#tracker.onTunnel('ipsec', null, { at: now, frame })
    }
  }

  /** Time passes without frames. */
  onTick(now: Micros): void {
    if (now > this.#now) this.#now = now
    this.#nextTick = this.#now + SECOND
    this.#tcp.onTick(this.#now)
    this.#ip.onTick(this.#now)
    this.#tracker.onTick(this.#now, false)
  }

  /** The kernel, the ring or the filter lost frames about now: every call that is up was seen incompletely. */
  onCaptureLoss(): void {
    this.#tracker.onCaptureLoss()
  }

  /** Only a sample of the media comes through now, on purpose: say it of every call that is up. Again and again while it lasts. */
  onSampling(): void {
    this.#streams.expectSample((this.#now + SAMPLING_LASTS) as Micros)
    this.#tracker.onSampling()
  }

  /** The capture is over: closes every call. Drain afterwards. */
  finish(): void {
    this.#tcp.finish(this.#now, this.#counts.frames)
    this.#tracker.onTick(this.#now, true)
  }

  /** Delivers what is new; true if there may be more. */
  drain(listener: (event: EngineEvent) => void): boolean {
    const interval = this.#options.changeInterval ?? SECOND
    if (interval !== Infinity) {
      for (const call of this.#tracker.calls()) this.#reportChange(call, interval, listener)
    }
    for (const call of this.#tracker.takeClosed()) {
      this.#reported.delete(call)
      const report = this.#report(call)
      this.#totals.add(report)
      listener({ kind: 'call-closed', report })
    }
    for (const facts of this.#tracker.phones.takeChanged()) {
      listener({
        kind: 'phone-changed',
        report: toPhoneReport(facts, judgePhone(facts), this.#options.parties),
      })
    }
    return false
  }

  /** Totals over everything that closed so far, and what belongs to no call. */
  summary(): SummaryReport {
    return this.#totals.toReport(this.#tracker, this.#counts, this.#evictions())
  }

  #reportChange(call: Call, interval: number, listener: (event: EngineEvent) => void): void {
    if (call.closed) return
    const last = this.#reported.get(call)
    const due = call.dirty ? interval : Math.max(interval, REFRESH)
    if (last !== undefined && this.#now - last < due) return
    this.#reported.set(call, this.#now)
    const kind = call.opened ? 'call-changed' : 'call-opened'
    call.opened = true
    const report = this.#report(call)
    const isYoung = call.attachments.some(({ stream }) => this.#now - stream.firstAt < UNSETTLED)
    call.dirty = isYoung && (report.grade === 'undetermined' || report.state === 'pending')
    listener({ kind, report })
  }

  #report(call: Call): CallReport {
    const facts = this.#tracker.factsOf(call)
    const verdict = evolveGrade(call.history as Verdict | null, judge(facts))
    call.history = verdict
    return toCallReport(facts, verdict, exposureOf(facts), this.#options.parties)
  }

  /** The engine's time: small steps back are held, large ones followed. */
  #advance(at: Micros, frame: number): Micros {
    if (frame === 1) this.#tracker.onCaptureStart(at)
    if (at >= this.#now || this.#now - at > BACKWARDS) {
      if (at < this.#now) this.#nextTick = 0
      this.#now = at
    }
    if (this.#now >= this.#nextTick) this.onTick(this.#now)
    this.#totals.onTime(this.#now)
    return this.#now
  }

  #onTransport(now: Micros, frame: number, bytes: Uint8Array): void {
    const arrival = this.#arrival
    arrival.at = now
    arrival.frame = frame
    if (this.#layers.protocol === IP_PROTOCOL.udp) this.#datagrams.onDatagram(arrival, this.#layers, bytes)
    else this.#connections.onSegment(arrival, this.#layers, bytes, this.#tcp)
  }

  #forgetFlow(flow: number): void {
    this.#tcp.forget(flow)
    this.#datagrams.forget(flow)
    this.#connections.forget(flow)
    this.#streams.forget(flow)
    this.#tracker.forgetFlow(flow)
  }

  #evictions(): Readonly<Record<string, number>> {
    return {
      ...this.#tracker.evictions(),
      ...this.#datagrams.evictions(),
      flows: this.#flows.evicted,
      flowsRefused: this.#flows.refused,
      streams: this.#streams.evicted,
      candidatesLimited: this.#streams.rateLimited,
      tcpConnections: this.#tcp.counters.evicted,
      tcpIdle: this.#tcp.counters.idle,
    }
  }
}
