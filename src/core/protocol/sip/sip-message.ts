/** A parsed SIP message (RFC 3261): bounded, flat copies of the text that matters, nothing of the packet kept. */
import type { WeirdName } from '../../base/weird.ts'

/** A name-addr or addr-spec (RFC 3261 §20.10), parameters of the header field apart. */
export interface NameAddress {
  readonly displayName: string
  /** Scheme in lower case (`sip`, `sips`, `tel`, or whatever stands there). */
  readonly scheme: string
  /** User part, still escaped; empty if none. For `tel:` the number. */
  readonly user: string
  /** Host in lower case, IPv6 without brackets; empty if none. */
  readonly host: string
  /** Port, or 0. */
  readonly port: number
  /** The `tag` parameter of the header field, or empty. */
  readonly tag: string
}

/** One Via value (RFC 3261 §20.42), topmost first in SipMessage.via. */
export interface Via {
  /** As written, upper case: UDP, TCP, TLS, WS, WSS … */
  readonly transport: string
  readonly host: string
  readonly port: number
  readonly branch: string
  readonly received: string
}

/** One part of the body. The text is latin-1 and bounded; an unparsed or binary part has its type and length only. */
export interface BodyPart {
  /** Lower case type/subtype without parameters. */
  readonly contentType: string
  /** Latin-1 text for types that are text to us (application/sdp, text/*, message/*, dtmf-relay, *+xml, sipfrag); else empty. */
  readonly text: string
  readonly length: number
  /** True for a compressed body (Content-Encoding): `text` is empty. */
  readonly encoded: boolean
}

/** What a credential or challenge header (RFC 3261 §20.7/20.44, RFC 8760) shows; the response and the nonce are never kept. */
export interface Authentication {
  /** Header it stood in. */
  readonly header: 'authorization' | 'proxy-authorization' | 'www-authenticate' | 'proxy-authenticate'
  /** Lower case: digest, basic, bearer … */
  readonly scheme: string
  readonly realm: string
  readonly username: string
  /** Upper case; MD5 where absent in a digest. */
  readonly algorithm: string
  /** True if qop is present. */
  readonly qop: boolean
  /** Seeded identity of the nonce, to notice reuse; empty if none. */
  readonly nonceIdentity: string
  /** Nonce count as text, or empty. */
  readonly nonceCount: string
}

/** One whole message. Texts are latin-1, at most 128 characters unless said; identities are seeded hashes of the whole value. */
export interface SipMessage {
  readonly kind: 'request' | 'response'
  /** Request method, or the CSeq method of a response; upper case only if the wire had it so (methods are case-sensitive). */
  readonly method: string
  /** 100–699, 0 for a request. */
  readonly statusCode: number
  readonly reasonPhrase: string
  /** Request-URI, null in a response. */
  readonly requestUri: NameAddress | null
  /** Call-ID as displayed, empty if missing; two messages are of one dialog by `callIdentity`. */
  readonly callId: string
  /** identityOf the whole Call-ID; empty if there is none (then the message joins no call). */
  readonly callIdentity: string
  readonly from: NameAddress | null
  readonly to: NameAddress | null
  /** identityOf each tag, empty if none. */
  readonly fromTagIdentity: string
  readonly toTagIdentity: string
  /** identityOf the topmost branch; empty if missing or only the magic cookie (RFC 4475 §3.2.1). */
  readonly branchIdentity: string
  /** Sequence number of CSeq, -1 if missing or beyond 2^31. */
  readonly sequence: number
  readonly via: readonly Via[]
  readonly contacts: readonly NameAddress[]
  readonly recordRoutes: readonly NameAddress[]
  readonly userAgent: string
  /** P-Asserted-Identity / Remote-Party-ID / P-Preferred-Identity values. */
  readonly assertedIdentities: readonly NameAddress[]
  /** Expires header or the Contact's expires, -1 if none. */
  readonly expires: number
  /** Event header's package, lower case, or empty. */
  readonly event: string
  /** Refer-To and Replaces (its Call-ID as identity). */
  readonly referTo: NameAddress | null
  readonly replacesIdentity: string
  readonly authentications: readonly Authentication[]
  readonly body: readonly BodyPart[]
  /** Anomalies met while parsing, in order. */
  readonly weird: readonly WeirdName[]
  /** True if anomalies make it useless for tracking (no usable start line, SIP version not 2.0 …); the other fields are best effort. */
  readonly unusable: boolean
  /** Bytes that the message took, including its body. */
  readonly bytesUsed: number
}
