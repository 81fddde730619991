/** ITU-T G.726 at 16 kbit/s (RFC 3551 §4.5.4): 2 bits a sample. */
import type { Codec } from './codec.ts'

export const G726_16: Codec = {
  name: 'G726-16',
  payloadTypes: [],
  encodings: ['G726-16', 'AAL2-G726-16'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 25,
  bytesFor: (step) => (step % 8 === 0 ? (step * 2) / 8 : null),
}
