/** UDP and TCP payloads of a capture, and the byte streams of its TCP connections: what tests of protocols want of real traffic. */
import { readCapture } from '../../src/capture/index.ts'
import { formatAddress } from '../../src/core/base/ip-address.ts'
import { DECODE_STATUS, decodeFrame, IP_PROTOCOL, PacketLayers } from '../../src/core/decode/index.ts'
import type { Micros } from '../../src/core/index.ts'

/** One UDP datagram or TCP segment, with its own copy of the payload. */
export interface TransportPayload {
  readonly at: Micros
  readonly frame: number
  readonly transport: 'udp' | 'tcp'
  readonly source: string
  readonly destination: string
  readonly sourcePort: number
  readonly destinationPort: number
  readonly sequence: number
  readonly bytes: Uint8Array
}

/** One direction of a TCP connection; a hole begins another piece. */
export interface ByteStream {
  readonly name: string
  readonly pieces: readonly Uint8Array[]
}

/** Every payload that is not empty; fragments are left out. */
export const loadPayloads = async (path: string): Promise<TransportPayload[]> => {
  const payloads: TransportPayload[] = []
  const layers = new PacketLayers()
  let frame = 0
  await readCapture(path, {
    onFrame: (at, bytes, start, end, wireLength, linkType) => {
      frame++
      if (decodeFrame(linkType, bytes, start, end, wireLength, layers) !== DECODE_STATUS.transport) return
      if (layers.payloadEnd <= layers.payloadStart) return
      payloads.push({
        at,
        frame,
        transport: layers.protocol === IP_PROTOCOL.udp ? 'udp' : 'tcp',
        source: formatAddress(layers.addresses, 0),
        destination: formatAddress(layers.addresses, 4),
        sourcePort: layers.sourcePort,
        destinationPort: layers.destinationPort,
        sequence: layers.tcpSequence >>> 0,
        bytes: bytes.slice(layers.payloadStart, layers.payloadEnd),
      })
    },
  })
  return payloads
}

/** The TCP streams among `payloads`, put in order the simple way: sorted by sequence number, first copy wins. */
export const toStreams = (payloads: readonly TransportPayload[]): ByteStream[] => {
  const byName = new Map<string, TransportPayload[]>()
  for (const payload of payloads.filter(({ transport }) => transport === 'tcp')) {
    const { source, sourcePort, destination, destinationPort } = payload
    const name = `${source}:${sourcePort} > ${destination}:${destinationPort}`
    byName.set(name, [...(byName.get(name) ?? []), payload])
  }
  return [...byName].map(([name, segments]) => ({ name, pieces: inOrder(segments) }))
}

const inOrder = (segments: readonly TransportPayload[]): Uint8Array[] => {
  const sorted = [...segments].sort((a, b) => (a.sequence - b.sequence) | 0)
  const pieces: number[][] = []
  let next = -1
  for (const { sequence, bytes } of sorted) {
    const known = next < 0 ? 0 : (next - sequence) | 0
    if (next < 0 || known < 0) pieces.push([])
    const from = Math.max(0, known)
    if (from >= bytes.length) continue
    pieces.at(-1)?.push(...bytes.subarray(from))
    next = (sequence + bytes.length) >>> 0
  }
  return pieces.map((piece) => Uint8Array.from(piece))
}
