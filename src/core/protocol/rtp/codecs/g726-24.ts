/** ITU-T G.726 at 24 kbit/s (RFC 3551 §4.5.4): 3 bits a sample. */
import type { Codec } from './codec.ts'

export const G726_24: Codec = {
  name: 'G726-24',
  payloadTypes: [],
  encodings: ['G726-24', 'AAL2-G726-24'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 25,
  bytesFor: (step) => (step % 8 === 0 ? (step * 3) / 8 : null),
}
