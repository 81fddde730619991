/**
 * What the engine process and a box say to each other: lines of JSON, each at most MAX_LINE bytes, over a local stream socket. It is state and
 * no log: of each call only the newest revision is sent, and a closed call is kept until the box says that it stored it.
 *
 * Box → engine: `hello`, then `ack`. Engine → box: `hello`, one `call` for every open or unacknowledged call, `live`, then newer revisions;
 * `counters` each second are the heartbeat; `phone` and `wire` are state beside the calls. `error` is the last line before a connection is
 * closed. Parties in the reports are masked before they come here, as the configuration says.
 */
import type { CallReport, PartiesMode, PhoneReport, SummaryReport } from '../../core/index.ts'

/** Raise it with every change of a message or of a report: both ends refuse another number with an `error`. */
export const PROTOCOL = 1

/** Longest line without its line end, in bytes. */
export const MAX_LINE = 65_536

/** No counters for so many milliseconds: the engine is blind, dead or hung, and nothing that it said before holds. */
export const SILENCE = 2000

/** Ports of one kind that a configuration may name. */
export const MOST_PORTS = 16

/** What the box tells the engine. Another configuration begins another run. */
export interface EngineConfig {
  readonly ports: {
    /** SIP over UDP and TCP. Elsewhere it is found by its looks. */
    readonly sip: readonly number[]
    /** Where TLS is taken for SIP. */
    readonly tls: readonly number[]
    /** SIP over WebSocket. */
    readonly webSocket: readonly number[]
  }
  /** Hosts and names of SIP peers, lower case. */
  readonly sipPeers: readonly string[]
  /** How parties are shown in all that leaves the engine. */
  readonly privacy: PartiesMode
}

/** In force until a box says something else: nobody's number leaves the engine because nobody asked for privacy. */
export const DEFAULT_CONFIG: EngineConfig = {
  // WebSocket has no port of its own: these are what Kamailio, FreeSWITCH and Asterisk listen on as delivered.
  ports: { sip: [5060], tls: [5061], webSocket: [8080, 5066, 7443, 8088, 8089] },
  sipPeers: [],
  privacy: 'masked',
}

/** The engine's time beside the machine's, both in microseconds since the epoch: the engine's never steps, the machine's may. */
export interface EngineClock {
  /** The time that reports of this run are written in. */
  readonly engine: number
  readonly wall: number
  /** How often the machine's clock stepped since this run began. */
  readonly steps: number
  /** The machine's clock is believed to be right. */
  readonly trusted: boolean
}

/** What the engine cannot see now. */
export const BLINDNESS_NAMES = [
  'interface-gone',
  'link-down',
  'deaf-socket',
  'capture-loss',
  'no-traffic',
  'one-direction',
  'clock-step',
] as const
export type BlindnessName = (typeof BLINDNESS_NAMES)[number]

/** The heartbeat: everything that the engine knows of its own sight. Numbers are totals since the engine process began. */
export interface EngineCounters {
  readonly clock: EngineClock
  readonly source: { readonly name: string; readonly reason: string; readonly interface: string }
  readonly received: number
  readonly dropped: number | null
  readonly interfaceDropped: number | null
  readonly freezes: number | null
  /** Share of the ring that waits to be read, 0 to 1. */
  readonly fill: number | null
  readonly filter: 'full' | 'sampling' | null
  /** Seconds in which only a sample of the media was looked at. */
  readonly sampledSeconds: number
  readonly link: {
    readonly isUp: boolean
    readonly rxPackets: number
    readonly txPackets: number
  } | null
  readonly blindness: readonly BlindnessName[]
  /** Delay of the event loop in the last second, in milliseconds. */
  readonly loopDelay: { readonly mean: number; readonly max: number }
  readonly calls: {
    readonly open: number
    /** Closed calls that no box has acknowledged. */
    readonly unacknowledged: number
    /** Closed calls that were dropped because nobody acknowledged them. */
    readonly dropped: number
    /** Reports that were shortened to fit into a line. */
    readonly shortened: number
  }
}

/** Why a connection is closed. */
export const ERROR_CODES = ['protocol', 'box-taken', 'too-many-readers', 'too-many-faults'] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

/** A call as it is now. `id` is unique within a run, `revision` rises with every change. */
export interface CallMessage {
  readonly type: 'call'
  readonly run: string
  readonly id: string
  readonly revision: number
  readonly state: 'open' | 'closed'
  readonly report: CallReport
}

export type EngineMessage =
  | { readonly type: 'hello'; readonly protocol: number; readonly run: string; readonly clock: EngineClock }
  | CallMessage
  | { readonly type: 'live' }
  | { readonly type: 'phone'; readonly run: string; readonly report: PhoneReport }
  | { readonly type: 'wire'; readonly run: string; readonly report: SummaryReport }
  | { readonly type: 'counters'; readonly run: string; readonly counters: EngineCounters }
  | { readonly type: 'error'; readonly protocol: number; readonly code: ErrorCode; readonly message: string }

export type BoxMessage =
  /** Without a configuration: only looks on and acknowledges nothing. */
  | { readonly type: 'hello'; readonly protocol: number; readonly config: EngineConfig | null }
  | { readonly type: 'ack'; readonly run: string; readonly id: string; readonly revision: number }

/** A call's name over all runs; `run` holds no blank. */
export const keyOf = ({ run, id }: { readonly run: string; readonly id: string }): string => `${run} ${id}`
