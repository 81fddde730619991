/** iLBC (RFC 3952): 38 bytes a 20 ms or 50 bytes a 30 ms. */
import type { Codec } from './codec.ts'

export const ILBC: Codec = {
  name: 'iLBC',
  payloadTypes: [],
  encodings: ['ILBC'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 50,
  bytesFor: (step) => (step % 240 === 0 ? (step / 240) * 50 : step % 160 === 0 ? (step / 160) * 38 : null),
}
