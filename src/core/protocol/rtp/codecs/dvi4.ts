/** DVI4 ADPCM (RFC 3551 §4.5.1): half a byte a sample and a 4-byte header. */
import type { Codec } from './codec.ts'

export const DVI4: Codec = {
  name: 'DVI4',
  payloadTypes: [5, 6, 16, 17],
  encodings: ['DVI4'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 25,
  bytesFor: (step) => (step % 2 === 0 ? step / 2 + 4 : null),
}
