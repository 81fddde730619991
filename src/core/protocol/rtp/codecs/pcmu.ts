/** ITU-T G.711 µ-law (RFC 3551 §4.5.14): one byte a sample. */
import type { Codec } from './codec.ts'

export const PCMU: Codec = {
  name: 'PCMU',
  payloadTypes: [0],
  encodings: ['PCMU'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 25,
  bytesFor: (step, channels) => step * channels,
}
