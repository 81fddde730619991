/** SILK. */
import type { Codec } from './codec.ts'

export const SILK: Codec = {
  name: 'SILK',
  payloadTypes: [],
  encodings: ['SILK'],
  clockRate: 16000,
  media: 'audio',
  decodable: false,
  variableBitRate: true,
  randomAfter: 100,
}
