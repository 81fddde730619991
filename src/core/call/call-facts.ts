/** The immutable snapshot of one call that rules, grade and exposure read: what was seen, with frame numbers, and nothing judged yet. */
import type { Micros } from '../base/clock.ts'
import type { Endpoint } from '../base/endpoint.ts'
import type { Authentication, NameAddress } from '../protocol/sip/index.ts'
import type { MediaDescription } from '../protocol/sdp/index.ts'
import type { TlsFacts } from '../protocol/tls/index.ts'
import type { ZrtpFacts } from '../protocol/zrtp/index.ts'

/** Evidence with its place: at most 16 frame numbers are kept, `count` goes on. */
export interface Sighting {
  readonly frames: readonly number[]
  readonly count: number
}

export type SignallingProtection = 'plain' | 'tls' | 'tls-weak' | 'unseen' | 'tunnel'
export type SignallingTransport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss' | null
export type MediaProtection =
  'auth-only' | 'clear' | 'undecided' | 'contradictory' | 'encrypted' | 'probably-encrypted'
export type Keying = 'sdes' | 'dtls' | 'zrtp' | 'mikey' | 'unknown' | 'none'
export type KeyExposure = 'none' | 'offered' | 'readable' | 'proven'

/** Why a verdict is not certain (VERDICTS §1). */
export type UndeterminedReason =
  | 'handshake-lost'
  | 'one-way'
  | 'capture-loss'
  | 'tunnel'
  | 'too-short'
  | 'contradictory'
  | 'signalling-unseen'
  | 'signalling-guessed'
  | 'media-unseen'
  | 'statistics-only'
  | 'ambiguous-stream'
  | 'truncated'
  | 'keying-unseen'

/** What the record of a call lacks (VERDICTS §1). */
export type Incompleteness = 'one-way' | 'capture-loss' | 'sampled' | 'truncated' | 'late-start'

/** A stretch of one stream over which the evidence was the same. */
export interface SliceFacts {
  readonly from: Micros
  readonly to: Micros
  readonly firstFrame: number
  readonly packets: number
  readonly protection: MediaProtection
  /** 'plain' or 'random' as decided by deterministic rows or statistics, null if undecided. */
  readonly payload: 'plain' | 'random' | null
  /** Excess length E in bytes where it is settled, else null. */
  readonly excess: number | null
  /** Short names of the evidence behind it, e.g. excess-length=10, statistics S=123 n=25, srtcp, dtls-completed. */
  readonly evidence: readonly {
    readonly name: string
    readonly detail: string
    readonly frames: readonly number[]
  }[]
}

/** One media stream: a direction of a 5-tuple and an SSRC (or UDPTL, MSRP … where there is none). */
export interface StreamFacts {
  readonly source: Endpoint
  readonly destination: Endpoint
  /** Unsigned, or null where the protocol has none. */
  readonly ssrc: number | null
  /** audio, video, image (T.38), text, message; from SDP, else guessed from the codec. */
  readonly media: string
  readonly payloadType: number | null
  readonly codec: string | null
  readonly clockRate: number
  /** True if the codec is of a kind that we could turn into sound (decodable by common tools). */
  readonly decodable: boolean
  /** proto of the section it belongs to as answered (or offered), null without SDP. */
  readonly claim: string | null
  readonly protection: MediaProtection
  readonly keying: Keying
  readonly profile: string | null
  readonly keyExposure: KeyExposure
  /** Frames where the readable key stood; empty if none. */
  readonly keyFrames: readonly number[]
  /** Bytes of the authentication tag if settled: 4, 10, 16; else null. */
  readonly tagBytes: number | null
  readonly packets: number
  readonly payloadBytes: number
  readonly lost: number
  readonly firstAt: Micros
  readonly lastAt: Micros
  readonly firstFrame: number
  readonly lastFrame: number
  readonly slices: readonly SliceFacts[]
  /** Clear media before the first completed key exchange, in a section encrypted later: its time and packets; null if none. */
  readonly clearBeforeKeys: {
    readonly micros: number
    readonly packets: number
    readonly frames: readonly number[]
  } | null
  /** telephone-event packets proven plain (count, frames), and the number of events (digits) by timing, readable or not. */
  readonly plainEvents: Sighting
  readonly eventCount: number
  /** RFC 6464 audio level extension in the clear. */
  readonly audioLevel: Sighting
  /** Same sequence number with another payload. */
  readonly ambiguous: Sighting
  /** A hole of over 1 s that the timestamps do not explain. */
  readonly holes: number
  readonly multicast: boolean
  /** Same SSRC and key identity with a repeated sequence space: reuse of a key stream. */
  readonly twoTimePad: Sighting
}

/** RTCP or SRTCP of one sender towards one receiver. */
export interface RtcpFacts {
  readonly source: Endpoint
  readonly destination: Endpoint
  readonly ssrc: number
  readonly protection: 'clear' | 'encrypted' | 'auth-only' | 'undecided'
  readonly packets: number
  readonly frames: readonly number[]
}

/** A key that stood readable on the wire: its identity under a per-start random HMAC, never the key. */
export interface ReadableKey {
  readonly suite: string
  readonly identity: string
  readonly frame: number
  /** Where: an SDP offer or answer, INFO, another call … */
  readonly where: 'offer' | 'answer' | 'other-message' | 'outside-sip'
  /** How it was written: a=crypto or the like, or a MIKEY message. */
  readonly keying: 'sdes' | 'mikey'
  /** True if the same key was seen in another call within five minutes, or twice by both ends. */
  readonly reused: boolean
}

/** One offer/answer exchange of one m= section. */
export interface SectionFacts {
  readonly index: number
  readonly offered: MediaDescription | null
  readonly answered: MediaDescription | null
  readonly offerFrame: number
  readonly answerFrame: number
  /** Who offered: the flow end that sent it. */
  readonly offerer: Endpoint | null
  /** This exchange was replaced by a later one of the dialog. */
  readonly superseded: boolean
}

/** One message of a leg, as a ladder diagram shows it. */
export interface LadderRow {
  readonly at: Micros
  readonly sender: 'client' | 'server'
  /** Method of a request, or `200 (INVITE)` for a response; `with SDP` behind it if it carries a description. */
  readonly text: string
  readonly frame: number
}

/** One SIP dialog (or early dialog) readable on this wire. */
export interface LegFacts {
  readonly callId: string
  readonly transport: Exclude<SignallingTransport, null>
  readonly client: Endpoint
  readonly server: Endpoint
  readonly from: NameAddress | null
  readonly to: NameAddress | null
  readonly requestUri: NameAddress | null
  readonly userAgents: readonly string[]
  readonly assertedIdentities: readonly NameAddress[]
  readonly state: 'trying' | 'early' | 'confirmed' | 'ended' | 'failed' | 'cancelled'
  readonly statusCode: number
  readonly messages: number
  /** The first messages, at most 64. */
  readonly ladder: readonly LadderRow[]
  readonly firstFrame: number
  readonly startedAt: Micros
  readonly answeredAt: Micros | null
  readonly endedAt: Micros | null
  readonly sections: readonly SectionFacts[]
  readonly authentications: readonly (Authentication & { readonly frame: number; readonly method: string })[]
  readonly vias: readonly { readonly host: string; readonly port: number; readonly transport: string }[]
  readonly contacts: readonly NameAddress[]
  readonly recordRoutes: readonly NameAddress[]
  /** The request-URI or Contact was sips: but this hop is readable. */
  readonly sipsReadable: boolean
}

/** A TLS connection that carries, or is taken to carry, the call's signalling. */
export interface SignallingConnection {
  readonly client: Endpoint
  readonly server: Endpoint
  readonly facts: TlsFacts
  /** How it is known to be SIP: by port, ALPN, a configured name, or only by host and time (then signalling-guessed). */
  readonly knownBy: 'port' | 'alpn' | 'name' | 'guess' | 'content'
  readonly webSocket: boolean
  /** Parameters come from an earlier connection of the same client and server. */
  readonly remembered: boolean
}

/** Named observations that rules turn into findings; the closed list of what the call layer notices beyond streams and sections. */
export type ObservationName =
  | 'dtmf-info'
  | 'message-readable'
  | 'keys-outside-sip'
  | 'mikey-null'
  | 'sdp-k-line'
  | 'siprec'
  | 'dialog-leak'
  | 'turn-credential-readable'
  | 'transport-fallback'
  | 'capture-loss'
  | 'replaces'
  | 'refer'
  | 'tcp-overlap'
  | 'tls-gap'

/** The whole snapshot. */
export interface CallFacts {
  readonly id: string
  /** `media-only`: no readable SIP. */
  readonly kind: 'sip' | 'media-only'
  readonly startedAt: Micros
  readonly endedAt: Micros
  /** Answered by a 2xx with media to come (or media seen without SIP). */
  readonly answered: boolean
  readonly ended: boolean
  readonly legs: readonly LegFacts[]
  readonly signalling: {
    readonly protection: SignallingProtection
    readonly transport: SignallingTransport
    readonly connections: readonly SignallingConnection[]
    /** Reasons why the signalling is not certain. */
    readonly reasons: readonly UndeterminedReason[]
  }
  readonly streams: readonly StreamFacts[]
  readonly rtcp: readonly RtcpFacts[]
  readonly keys: readonly ReadableKey[]
  /** DTLS on media flows of this call; `fingerprintMismatch` null = could not be compared. */
  readonly dtls: readonly {
    readonly facts: TlsFacts
    readonly ends: readonly [Endpoint, Endpoint]
    readonly fingerprintMismatch: boolean | null
  }[]
  readonly zrtp: readonly { readonly facts: ZrtpFacts; readonly ends: readonly [Endpoint, Endpoint] }[]
  readonly observations: readonly {
    readonly name: ObservationName
    readonly seen: Sighting
    readonly detail: string
  }[]
  /** Reasons of uncertainty that concern the whole call, beyond each stream's own protection. */
  readonly reasons: readonly UndeterminedReason[]
  readonly incomplete: readonly Incompleteness[]
  /** An expectation: sections answered with a non-zero port whose media was never seen. */
  readonly mediaUnseen: boolean
  /** Less media than needed to judge, and the call still up. */
  readonly pending: boolean
  /** Wall time of the capture can be trusted (a file, or an NTP-synchronised clock): certificate dates may be compared. */
  readonly clockTrusted: boolean
}
