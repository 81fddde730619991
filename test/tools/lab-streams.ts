/** RTP streams of the shared captures, read without any program of the engine above decode: packets by sender and SSRC, as labels name them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rtpHeaderLength } from '../../src/core/protocol/rtp/index.ts'
import { loadPayloads, type TransportPayload } from './transport-payloads.ts'

/** One stream of labels.json. */
export interface StreamLabel {
  readonly src: string
  readonly dst: string
  readonly ssrc: string
  readonly pt: number
  readonly codec: string | null
  readonly packets: number
  readonly encryption: string
  readonly srtpSuite?: string
  readonly keyMaterial?: string
  readonly verified?: string
}

/** One capture of labels.json. */
export interface CaptureLabel {
  readonly file: string
  readonly streams: readonly StreamLabel[]
  readonly sdp: readonly { readonly media: readonly { readonly cryptoLines?: readonly string[] }[] }[]
}

/** Labels of the captures made in the lab. */
export const labLabels = (shared: string): CaptureLabel[] =>
  JSON.parse(readFileSync(join(shared, 'captures', 'lab', 'labels.json'), 'utf8')) as CaptureLabel[]

/** UDP payloads of one lab capture. */
export const labDatagrams = async (shared: string, file: string): Promise<TransportPayload[]> =>
  (await loadPayloads(join(shared, 'captures', 'lab', file))).filter(({ transport }) => transport === 'udp')

const ssrcOf = (bytes: Uint8Array): string =>
  `0x${Buffer.from(bytes.subarray(8, 12))
    .toString('hex')
    .replace(/^0+(?=.)/, '')}`

const endpoint = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`

/** The packets of one labelled stream, whole, in order of capture, repeated sequence numbers left out. */
export const packetsOf = (datagrams: readonly TransportPayload[], label: StreamLabel): Uint8Array[] => {
  const seen = new Set<number>()
  return datagrams
    .filter(({ bytes, source, sourcePort }) => {
      if (bytes.length < 12 || bytes[0]! >> 6 !== 2) return false
      if (bytes[1]! >= 192 && bytes[1]! <= 223) return false
      if (Number(ssrcOf(bytes)) !== Number(label.ssrc)) return false
      if (endpoint(source, sourcePort) !== label.src && `${source}:${sourcePort}` !== label.src) return false
      const sequence = (bytes[2]! << 8) | bytes[3]!
      const isNew = !seen.has(sequence)
      seen.add(sequence)
      return isNew
    })
    .map(({ bytes }) => bytes)
}

/** Payloads of one payload type, behind header, CSRC list and extension. */
export const payloadsOf = (packets: readonly Uint8Array[], payloadType: number): Uint8Array[] =>
  packets
    .filter((bytes) => (bytes[1]! & 0x7f) === payloadType)
    .map((bytes) => bytes.subarray(rtpHeaderLength(bytes, 0, bytes.length)))
