/** What the analyzers tell: protocol facts with their flow, not yet joined to any call. The call layer implements it. */
import type { Micros } from '../base/clock.ts'
import type { Direction, Flow, Seen } from '../base/endpoint.ts'
import type { CryptoAttribute } from '../protocol/sdp/index.ts'
import type { SipMessage } from '../protocol/sip/index.ts'
import type { TlsFacts } from '../protocol/tls/index.ts'
import type { ZrtpFacts } from '../protocol/zrtp/index.ts'

/** Where a SIP message was seen; `tls` here means a NULL cipher whose content was readable. */
export interface SipPlace {
  readonly flow: Flow
  readonly direction: Direction
  readonly transport: 'udp' | 'tcp' | 'tls' | 'ws'
  readonly seen: Seen
}

/** See the head of this file. */
export interface AnalysisSink {
  onSipMessage(message: SipMessage, place: SipPlace): void
  /** A TLS connection was recognised; `facts` is live. `startSeen`: its SYN is in the capture. */
  onTlsOpened(flow: Flow, facts: TlsFacts, seen: Seen, startSeen: boolean): void
  /** Bytes were fed to the connection's session. */
  onTlsBytes(flow: Flow, direction: Direction, seen: Seen): void
  onTlsClosed(flow: Flow, seen: Seen): void
  /** True if the connection is known to carry SIP: by port, ALPN or a configured name. */
  isSipConnection(flow: Flow, facts: TlsFacts): boolean
  /** A DTLS datagram was fed; `facts` is live. */
  onDtls(flow: Flow, facts: TlsFacts, seen: Seen): void
  /** A ZRTP datagram was fed; `facts` is live. */
  onZrtp(flow: Flow, facts: ZrtpFacts, seen: Seen): void
  /** STUN with ICE attributes, or TURN, was seen on the flow. */
  onIce(flow: Flow, seen: Seen): void
  /** A TURN long-term credential's username or realm was readable. */
  onTurnCredential(flow: Flow, seen: Seen): void
  /** One RTCP or SRTCP packet. */
  onRtcp(flow: Flow, direction: Direction, seen: Seen, bytes: Uint8Array, start: number, end: number): void
  /** VoIP that is recognised and not judged. */
  onUnjudged(name: string, flow: Flow, seen: Seen): void
  /** A tunnel that hides what it carries. */
  onTunnel(name: string, flow: Flow | null, seen: Seen): void
  /** Phone configuration with SIP credentials in readable HTTP or TFTP. */
  onProvisioning(flow: Flow, seen: Seen): void
  /** Media keys in a readable protocol other than SIP: HEP, rtpengine's ng. */
  onKeysOutsideSip(keys: readonly CryptoAttribute[], seen: Seen): void
  /** RTP that no stream took, on this flow slot: malformed, on probation, or the tables are full. */
  onRtpOmitted(flow: number): void
  /** A datagram that nothing recognised, on a flow that SDP announced for UDPTL or another opaque medium. */
  onOpaqueMedia(flow: Flow, direction: Direction, seen: Seen, payloadLength: number): void
  /** TCP bytes of a flow are missing or contradict each other. */
  onStreamDamage(flow: Flow, kind: 'gap' | 'overlap', seen: Seen): void
  /** True if SDP announced this flow's media; asked again only when announcements changed. */
  isExpected(flow: Flow, now: Micros): boolean
  /** True if some section expects opaque media (T.38), so that unrecognised datagrams are worth a look. */
  expectsOpaqueMedia(): boolean
}
