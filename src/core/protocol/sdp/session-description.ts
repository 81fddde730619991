/** A parsed session description (RFC 8866) as far as protection needs it: bounded, and blind to nothing in it that carries a key. */
import type { WeirdName } from '../../base/weird.ts'

/** One a=crypto attribute (RFC 4568 §9) that names a usable key. The key bytes live in engine memory only and never leave it. */
export interface CryptoAttribute {
  readonly tag: number
  /** As written, e.g. AES_CM_128_HMAC_SHA1_80. */
  readonly suite: string
  /** Master key and salt, base64 decoded; empty if it did not decode to the suite's length (then nothing can be proved with it). */
  readonly keyAndSalt: Uint8Array
  /** MKI length in bytes, 0 if none; its value as bytes. */
  readonly mki: Uint8Array
  /** Session parameters that change the wire (RFC 4568 §6.3). */
  readonly unencryptedSrtp: boolean
  readonly unencryptedSrtcp: boolean
  readonly unauthenticatedSrtp: boolean
}

/** a=fingerprint (RFC 8122): algorithm lower case, digest bytes; `usable` is false if the length does not fit the algorithm. */
export interface Fingerprint {
  readonly algorithm: string
  readonly digest: Uint8Array
  readonly usable: boolean
}

/** a=rtpmap with its fmtp line (RFC 8866 §6.6, §6.15). */
export interface PayloadFormat {
  readonly payloadType: number
  /** Encoding name in upper case, e.g. PCMU, OPUS, TELEPHONE-EVENT. */
  readonly encoding: string
  readonly clockRate: number
  readonly channels: number
  /** fmtp parameters as written, at most 128 characters. */
  readonly parameters: string
}

/** One transport address that the description names. */
export interface MediaAddress {
  /** Canonical address text, or empty if it is a host name or unreadable. */
  readonly address: string
  readonly port: number
}

/** One m= section. */
export interface MediaDescription {
  /** audio, video, image, text, message, application … lower case. */
  readonly media: string
  /** 0 = rejected or unused. */
  readonly port: number
  /** proto as written upper case: RTP/AVP, RTP/SAVPF, UDP/TLS/RTP/SAVPF, UDPTL, TCP/MSRP … */
  readonly proto: string
  /** Payload types or formats as listed. */
  readonly formats: readonly string[]
  /** c= of the section, else of the session; canonical text, empty if unusable. */
  readonly address: string
  /** Where RTCP goes: a=rtcp (RFC 3605), else port + 1; equals port with rtcp-mux. */
  readonly rtcp: MediaAddress
  readonly rtcpMux: boolean
  readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'
  readonly payloadFormats: readonly PayloadFormat[]
  readonly crypto: readonly CryptoAttribute[]
  /** How many a=crypto lines there were, usable or not. */
  readonly cryptoLines: number
  readonly fingerprints: readonly Fingerprint[]
  /** a=setup, lower case, or empty. */
  readonly setup: string
  readonly zrtpHash: boolean
  /** a=key-mgmt:mikey (RFC 4567): the message's bytes if base64 decoded, else empty; null if absent. */
  readonly mikey: Uint8Array | null
  /** k= line present (RFC 4566 §5.12), the obsolete clear key. */
  readonly kLine: boolean
  readonly candidates: readonly MediaAddress[]
  readonly iceUfrag: boolean
  /** a=mid, or empty; whether a=group:BUNDLE of the session names it. */
  readonly mid: string
  readonly bundled: boolean
  /** a=extmap URIs, at most 16, at most 128 characters each, with their ids. */
  readonly headerExtensions: readonly { readonly id: number; readonly uri: string }[]
  /** Milliseconds, 0 if absent or absurd. */
  readonly packetTimeMillis: number
  /** a=ssrc values, signed 32 bit, at most 16. */
  readonly ssrcs: readonly number[]
  /** a=label / SIPREC hint lines present. */
  readonly label: string
}

/** A whole description. */
export interface SessionDescription {
  /** o= line as one text, at most 128 characters: the same origin and version = the same description. */
  readonly origin: string
  /** Session c= address, canonical, or empty. */
  readonly address: string
  readonly media: readonly MediaDescription[]
  readonly weird: readonly WeirdName[]
}
