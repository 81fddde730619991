/** iLBC (RFC 3952): 38 bytes a 20 ms or 50 bytes a 30 ms; a step of 60 ms may be either. */
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
  bytesFor: (step) => {
    const isShort = step % 160 === 0
    const isLong = step % 240 === 0
    if (isShort === isLong) return null
    return isLong ? (step / 240) * 50 : (step / 160) * 38
  },
}
