/** Telephony that is recognised and named, but not judged (VERDICTS §1): each protocol a row. Ports: IANA registry (2026-11). */
import { isIax2 } from './iax2.ts'
import { isMgcp, isMsrp, isQ931, isRas, isRtsp, isSccp } from './signalling.ts'

/** One protocol. */
export interface UnjudgedProtocol {
  /** Name in reports; stable. */
  readonly name: string
  /** False for what is only named so that its media is not taken for calls. */
  readonly isTelephony: boolean
  readonly transport: 'udp' | 'tcp'
  /** One end has one of these ports; empty = any. */
  readonly ports: readonly number[]
  /** Whether the datagram, or the stream's first bytes, are of this protocol. */
  readonly probe: (bytes: Uint8Array, start: number, end: number) => boolean
}

/** T.38 has no port and no mark: see looksLikeUdptl. */
export const UNJUDGED: readonly UnjudgedProtocol[] = [
  { name: 'IAX2', isTelephony: true, transport: 'udp', ports: [4569], probe: isIax2 },
  { name: 'SCCP', isTelephony: true, transport: 'tcp', ports: [2000], probe: isSccp },
  { name: 'H.323', isTelephony: true, transport: 'udp', ports: [1718, 1719], probe: isRas },
  { name: 'H.323', isTelephony: true, transport: 'tcp', ports: [1720], probe: isQ931 },
  { name: 'MGCP', isTelephony: true, transport: 'udp', ports: [2427, 2727], probe: isMgcp },
  { name: 'MSRP', isTelephony: true, transport: 'tcp', ports: [], probe: isMsrp },
  // Cameras: their RTP is of the same static types as a telephone's.
  { name: 'RTSP', isTelephony: false, transport: 'tcp', ports: [554, 8554], probe: isRtsp },
]
