/** Enhanced Voice Services (3GPP TS 26.445 annex A). */
import type { Codec } from './codec.ts'

export const EVS: Codec = {
  name: 'EVS',
  payloadTypes: [],
  encodings: ['EVS'],
  clockRate: 16000,
  media: 'audio',
  decodable: true,
  variableBitRate: true,
  randomAfter: 100,
}
