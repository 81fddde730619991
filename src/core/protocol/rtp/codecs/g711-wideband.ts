/** ITU-T G.711.1 (RFC 5391). */
import type { Codec } from './codec.ts'

export const G711_WIDEBAND: Codec = {
  name: 'PCMA-WB',
  payloadTypes: [],
  encodings: ['PCMA-WB', 'PCMU-WB'],
  clockRate: 16000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 50,
}
