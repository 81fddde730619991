/** ITU-T G.723.1 (RFC 3551 §4.5.3): 24 or 20 bytes a 240 samples, so its size is not settled by the step. */
import type { Codec } from './codec.ts'

export const G723: Codec = {
  name: 'G723',
  payloadTypes: [4],
  encodings: ['G723'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: true,
  randomAfter: 100,
}
