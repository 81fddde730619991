/** GSM 06.10 full rate (RFC 3551 §4.5.8): 33 bytes a 160 samples. */
import type { Codec } from './codec.ts'

export const GSM: Codec = {
  name: 'GSM',
  payloadTypes: [3],
  encodings: ['GSM'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 50,
  bytesFor: (step) => (step % 160 === 0 ? (step / 160) * 33 : null),
}
