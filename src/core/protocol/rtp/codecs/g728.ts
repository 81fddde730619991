/** ITU-T G.728 (RFC 3551 §4.5.5): 16 kbit/s. */
import type { Codec } from './codec.ts'

export const G728: Codec = {
  name: 'G728',
  payloadTypes: [15],
  encodings: ['G728'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 100,
  bytesFor: (step) => (step % 20 === 0 ? step / 4 : null),
}
