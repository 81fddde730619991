/** DVI4 ADPCM (RFC 3551 §4.5.1): half a byte a sample and a 4-byte header; a static payload type for each of four clocks. */
import type { Codec } from './codec.ts'

const dvi4 = (payloadType: number, clockRate: number, encodings: readonly string[] = []): Codec => ({
  name: 'DVI4',
  payloadTypes: [payloadType],
  encodings,
  clockRate,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 25,
  bytesFor: (step) => (step % 2 === 0 ? step / 2 + 4 : null),
})

export const DVI4: readonly Codec[] = [
  dvi4(5, 8000, ['DVI4']),
  dvi4(6, 16000),
  dvi4(16, 11025),
  dvi4(17, 22050),
]
