/** VoIP that we recognise by name and do not judge: each row has its ports and a probe strict enough that no other traffic is named so. */
import { readU16, startsWithAscii } from '../../base/bytes.ts'

/** One protocol. */
export interface UnjudgedProtocol {
  readonly name: string
  readonly transport: 'udp' | 'tcp'
  /** IANA ports; the probe runs on them only. */
  readonly ports: readonly number[]
  readonly probe: (bytes: Uint8Array, start: number, end: number) => boolean
}

/** RFC 5456 §8.1.1: a full frame has F = 1, then 12 bytes of header with a known frame type; a mini frame has no mark and rides along. */
const probeIax2 = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (end - start < 12 || (bytes[start] as number) < 0x80) return false
  const frameType = bytes[start + 10] as number
  return frameType >= 1 && frameType <= 12
}

/** SCCP: little-endian length, header version 0 or the phone's, message identifier; the length must fit the piece. */
const probeSccp = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (end - start < 12) return false
  const length = (bytes[start] as number) | ((bytes[start + 1] as number) << 8)
  const upper = (bytes[start + 2] as number) | (bytes[start + 3] as number)
  const version = (bytes[start + 4] as number) | ((bytes[start + 5] as number) << 8)
  const identifier = (bytes[start + 8] as number) | ((bytes[start + 9] as number) << 8)
  const high = (bytes[start + 10] as number) | (bytes[start + 11] as number)
  return upper === 0 && high === 0 && version <= 22 && length >= 4 && length <= 4096 && identifier <= 0x160
}

/** TPKT (RFC 1006) with a Q.931 message (protocol discriminator 8) inside: H.225 call signalling. */
const probeH225 = (bytes: Uint8Array, start: number, end: number): boolean =>
  end - start >= 10 && bytes[start] === 3 && bytes[start + 1] === 0 && readU16(bytes, start + 2) >= 10 && bytes[start + 4] === 8

/** H.225 RAS in PER: request kinds are the first six bits; sequence numbers follow. Only short, plausible messages are taken. */
const probeRas = (bytes: Uint8Array, start: number, end: number): boolean => {
  const length = end - start
  return length >= 7 && length <= 1024 && (bytes[start] as number) >> 1 <= 0x20 && (bytes[start + 1] as number) <= 0xc0
}

const MGCP_VERBS: readonly string[] = ['AUCX ', 'AUEP ', 'CRCX ', 'DLCX ', 'EPCF ', 'MDCX ', 'NTFY ', 'RQNT ', 'RSIP ']

/** RFC 3435 §3.2: a verb or a three-digit code, then a transaction identifier. */
const probeMgcp = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (MGCP_VERBS.some((verb) => startsWithAscii(bytes, start, end, verb))) return true
  const isDigit = (at: number): boolean => (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39
  return end - start >= 6 && isDigit(start) && isDigit(start + 1) && isDigit(start + 2) && bytes[start + 3] === 0x20 && isDigit(start + 4)
}

/** RTSP (RFC 2326) carries SDP and RTP but no telephone call. */
const probeRtsp = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (startsWithAscii(bytes, start, end, 'RTSP/1.0 ')) return true
  return ['OPTIONS rtsp:', 'DESCRIBE rtsp:', 'SETUP rtsp:', 'PLAY rtsp:'].some((line) => startsWithAscii(bytes, start, end, line))
}

/** MSRP (RFC 4975 §5): `MSRP `, a transaction identifier. */
const probeMsrp = (bytes: Uint8Array, start: number, end: number): boolean => startsWithAscii(bytes, start, end, 'MSRP ')

export const UNJUDGED_PROTOCOLS: readonly UnjudgedProtocol[] = [
  { name: 'IAX2', transport: 'udp', ports: [4569], probe: probeIax2 },
  { name: 'MGCP', transport: 'udp', ports: [2427, 2727], probe: probeMgcp },
  { name: 'H.323', transport: 'udp', ports: [1718, 1719], probe: probeRas },
  { name: 'SCCP', transport: 'tcp', ports: [2000], probe: probeSccp },
  { name: 'H.323', transport: 'tcp', ports: [1720], probe: probeH225 },
  { name: 'RTSP', transport: 'tcp', ports: [554, 8554], probe: probeRtsp },
  { name: 'MSRP', transport: 'tcp', ports: [2855, 2856], probe: probeMsrp },
]

/** Ports on which a UDP datagram is worth the probes. */
export const UNJUDGED_UDP_PORTS: readonly number[] = UNJUDGED_PROTOCOLS.filter(({ transport }) => transport === 'udp').flatMap(
  ({ ports }) => ports,
)

const probeOn = (transport: 'udp' | 'tcp', bytes: Uint8Array, start: number, end: number, ports: readonly [number, number]): string | null =>
  UNJUDGED_PROTOCOLS.find(
    (row) =>
      row.transport === transport &&
      row.ports.some((port) => port === ports[0] || port === ports[1]) &&
      row.probe(bytes, start, end),
  )?.name ?? null

/** Name of the protocol that a datagram belongs to, or null. */
export const probeUnjudgedDatagram = (bytes: Uint8Array, start: number, end: number, sourcePort: number, destinationPort: number): string | null =>
  probeOn('udp', bytes, start, end, [sourcePort, destinationPort])

/** Name of the protocol that the first bytes of a connection belong to, or null. */
export const probeUnjudgedStream = (bytes: Uint8Array, start: number, end: number, sourcePort: number, destinationPort: number): string | null =>
  probeOn('tcp', bytes, start, end, [sourcePort, destinationPort])
