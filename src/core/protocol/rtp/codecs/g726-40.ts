/** ITU-T G.726 at 40 kbit/s (RFC 3551 §4.5.4): 5 bits a sample. */
import type { Codec } from './codec.ts'

export const G726_40: Codec = {
  name: 'G726-40',
  payloadTypes: [],
  encodings: ['G726-40', 'AAL2-G726-40'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 25,
  bytesFor: (step) => (step % 8 === 0 ? (step * 5) / 8 : null),
}
