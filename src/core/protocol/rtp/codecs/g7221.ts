/** ITU-T G.722.1 (RFC 5577). */
import type { Codec } from './codec.ts'

export const G7221: Codec = {
  name: 'G7221',
  payloadTypes: [],
  encodings: ['G7221'],
  clockRate: 16000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 100,
}
