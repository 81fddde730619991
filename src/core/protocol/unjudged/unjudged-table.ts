/** Telephony that is recognised and named, but not judged (VERDICTS §1): each protocol a row. Ports: IANA registry (2026-11). */
import { isIax2 } from './iax2.ts'
import { isMgcp, isMsrp, isQ931, isRas, isSccp } from './signalling.ts'

/** One protocol. */
export interface UnjudgedProtocol {
  /** Name in reports; stable. */
  readonly name: string
  readonly transport: 'udp' | 'tcp'
  /** One end has one of these ports; empty = any. */
  readonly ports: readonly number[]
  /** Whether the datagram, or the stream's first bytes, are of this protocol. */
  readonly probe: (bytes: Uint8Array, start: number, end: number) => boolean
}

/** RTSP is not here on purpose: cameras, not calls. T.38 has no port: see looksLikeUdptl. */
export const UNJUDGED: readonly UnjudgedProtocol[] = [
  { name: 'iax2', transport: 'udp', ports: [4569], probe: isIax2 },
  { name: 'sccp', transport: 'tcp', ports: [2000], probe: isSccp },
  { name: 'h323', transport: 'udp', ports: [1718, 1719], probe: isRas },
  { name: 'h323', transport: 'tcp', ports: [1720], probe: isQ931 },
  { name: 'mgcp', transport: 'udp', ports: [2427, 2727], probe: isMgcp },
  { name: 'msrp', transport: 'tcp', ports: [], probe: isMsrp },
]
