/** Speex (RFC 5574). */
import type { Codec } from './codec.ts'

export const SPEEX: Codec = {
  name: 'Speex',
  payloadTypes: [],
  encodings: ['SPEEX'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: true,
  randomAfter: 50,
}
