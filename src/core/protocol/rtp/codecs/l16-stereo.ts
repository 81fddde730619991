/** Linear 16 bit stereo, static payload type 10 (RFC 3551 table 4). */
import type { Codec } from './codec.ts'

export const L16_STEREO: Codec = {
  name: 'L16/2',
  payloadTypes: [10],
  encodings: [],
  clockRate: 44100,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 25,
  bytesFor: (step) => 4 * step,
}
