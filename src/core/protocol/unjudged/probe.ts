/** Names telephony that is not judged, by port and content together. */
import { UNJUDGED, type UnjudgedProtocol } from './unjudged-table.ts'

const DATAGRAM = UNJUDGED.filter(({ transport }) => transport === 'udp')
const STREAM = UNJUDGED.filter(({ transport }) => transport === 'tcp')
/** Below this the other end is a service of its own (DNS, NTP …) and our port only what its client happened to get. */
const FIRST_FREE_PORT = 1024

/** Every UDP port of the table. */
export const UNJUDGED_UDP_PORTS: readonly number[] = DATAGRAM.flatMap(({ ports }) => ports)

const hasPort = ({ ports }: UnjudgedProtocol, port: number, peer: number): boolean =>
  ports.includes(port) && (peer >= FIRST_FREE_PORT || ports.includes(peer))

const nameOf = (
  rows: readonly UnjudgedProtocol[],
  bytes: Uint8Array,
  start: number,
  end: number,
  sourcePort: number,
  destinationPort: number,
): string | null => {
  for (const row of rows) {
    const open = row.ports.length === 0
    if (!open && !hasPort(row, sourcePort, destinationPort) && !hasPort(row, destinationPort, sourcePort))
      continue
    if (row.probe(bytes, start, end)) return row.name
  }
  return null
}

/** Name of the protocol of a UDP payload, or null. */
export const probeUnjudgedDatagram = (
  bytes: Uint8Array,
  start: number,
  end: number,
  sourcePort: number,
  destinationPort: number,
): string | null => nameOf(DATAGRAM, bytes, start, end, sourcePort, destinationPort)

/** Name of the protocol of a piece of a TCP stream that begins a message, or null. */
export const probeUnjudgedStream = (
  bytes: Uint8Array,
  start: number,
  end: number,
  sourcePort: number,
  destinationPort: number,
): string | null => nameOf(STREAM, bytes, start, end, sourcePort, destinationPort)
