/** ITU-T G.729 (RFC 3551 §4.5.6): 10 bytes a 80 samples; a 2-byte frame is silence. */
import type { Codec } from './codec.ts'

export const G729: Codec = {
  name: 'G729',
  payloadTypes: [18],
  encodings: ['G729', 'G729A', 'G729D'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: true,
  randomAfter: 100,
  bytesFor: (step) => (step % 80 === 0 ? step / 8 : null),
}
