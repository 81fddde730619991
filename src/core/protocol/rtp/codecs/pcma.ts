/** ITU-T G.711 A-law (RFC 3551 §4.5.14): one byte a sample. */
import type { Codec } from './codec.ts'

export const PCMA: Codec = {
  name: 'PCMA',
  payloadTypes: [8],
  encodings: ['PCMA'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 25,
  bytesFor: (step, channels) => step * channels,
}
