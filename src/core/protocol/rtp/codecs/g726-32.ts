/** ITU-T G.726 at 32 kbit/s (RFC 3551 §4.5.4): 4 bits a sample. */
import type { Codec } from './codec.ts'

export const G726_32: Codec = {
  name: 'G726-32',
  payloadTypes: [2],
  encodings: ['G726-32', 'AAL2-G726-32', 'G721'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 25,
  bytesFor: (step) => (step % 8 === 0 ? (step * 4) / 8 : null),
}
