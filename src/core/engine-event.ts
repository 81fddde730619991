/** Everything that the core can say. The JSON of `callseal read --json` is these reports, one a line. */
import type {
  Incompleteness,
  KeyExposure,
  Keying,
  MediaProtection,
  SignallingProtection,
  SignallingTransport,
} from './call/index.ts'
import type { Exposure } from './exposure/index.ts'
import type { Finding, Grade } from './verdict/index.ts'

/** One stream as reported. Endpoints as `address:port`, IPv6 in brackets; times in seconds from the start of the call. */
export interface MediaReport {
  readonly source: string
  readonly destination: string
  /** `0x` and 8 hexadecimal digits, or null. */
  readonly ssrc: string | null
  readonly media: string
  readonly payloadType: number | null
  readonly codec: string | null
  readonly claim: string | null
  readonly protection: MediaProtection
  readonly keying: Keying
  readonly profile: string | null
  readonly keyExposure: KeyExposure
  readonly packets: number
  readonly lost: number
  readonly slices: readonly {
    readonly fromSeconds: number
    readonly toSeconds: number
    readonly packets: number
    readonly protection: MediaProtection
  }[]
  readonly evidence: readonly {
    readonly name: string
    readonly detail: string
    readonly frames: readonly number[]
  }[]
}

/** RTCP as reported: it is never part of the grade. */
export interface RtcpReport {
  readonly source: string
  readonly destination: string
  readonly ssrc: string
  readonly protection: 'clear' | 'encrypted' | 'auth-only' | 'undecided'
  readonly packets: number
}

/** TLS under the signalling, as far as it could be seen. */
export interface TlsReport {
  readonly version: string | null
  readonly suite: string | null
  readonly alpn: string | null
  readonly sni: string | null
  readonly forwardSecrecy: boolean | null
  readonly handshake: 'started' | 'completed' | 'failed' | 'lost' | 'unseen'
  readonly certificate: {
    readonly subject: string
    readonly issuer: string
    readonly notAfter: string
    readonly key: string
    readonly signatureHash: string
    readonly selfSigned: boolean
  } | null
}

/** One call. Parties are already masked as the privacy setting says. */
export interface CallReport {
  readonly type: 'call'
  readonly id: string
  readonly callIds: readonly string[]
  readonly grade: Grade
  readonly reasons: readonly string[]
  readonly incomplete: readonly Incompleteness[]
  /** ISO 8601 with microseconds, UTC. */
  readonly startedAt: string
  readonly endedAt: string
  readonly durationSeconds: number
  readonly state: 'pending' | 'up' | 'ended'
  readonly from: string | null
  readonly to: string | null
  readonly signalling: {
    readonly protection: SignallingProtection
    readonly transport: SignallingTransport
    readonly tls: TlsReport | null
    readonly legs: readonly {
      readonly callId: string
      readonly transport: SignallingTransport
      readonly client: string
      readonly server: string
      readonly state: string
      /** The first messages, at most 64; seconds from the start of the call. */
      readonly ladder: readonly {
        readonly atSeconds: number
        readonly sender: 'client' | 'server'
        readonly text: string
        readonly frame: number
      }[]
    }[]
  }
  readonly claims: readonly { readonly offered: readonly string[]; readonly answered: readonly string[] }[]
  readonly media: readonly MediaReport[]
  readonly rtcp: readonly RtcpReport[]
  readonly findings: readonly Finding[]
  readonly exposure: Exposure
}

/** A phone or other host as it showed itself by registering or calling. */
export interface PhoneReport {
  readonly type: 'phone'
  readonly address: string
  readonly user: string | null
  readonly userAgent: string | null
  readonly transports: readonly string[]
  readonly findings: readonly Finding[]
}

/** Everything counted; names are stable. */
export interface Counters {
  readonly frames: number
  readonly bytes: number
  /** Frames by DecodeStatus name. */
  readonly decoded: Readonly<Record<string, number>>
  /** Anomalies by name, only those that occurred. */
  readonly weird: Readonly<Record<string, number>>
  /** What bounded tables had to drop, by table. */
  readonly evicted: Readonly<Record<string, number>>
  /** VoIP that we recognise and do not judge, packets by protocol. */
  readonly unjudged: Readonly<Record<string, number>>
  readonly duplicates: number
}

/** The last row of a run. */
export interface SummaryReport {
  readonly type: 'summary'
  readonly calls: Readonly<Record<Grade, number>>
  readonly callSeconds: Readonly<Record<Grade, number>>
  readonly otherMedia: readonly MediaReport[]
  /** Streams beyond the listed ones. */
  readonly otherMediaOmitted: number
  readonly findings: readonly Finding[]
  readonly counters: Counters
  readonly startedAt: string | null
  readonly endedAt: string | null
}

/** What drain() delivers. */
export type EngineEvent =
  | { readonly kind: 'call-opened'; readonly report: CallReport }
  | { readonly kind: 'call-changed'; readonly report: CallReport }
  | { readonly kind: 'call-closed'; readonly report: CallReport }
  | { readonly kind: 'phone-changed'; readonly report: PhoneReport }
