/** ITU-T G.722 (RFC 3551 §4.5.2): one byte a step of its 8 kHz RTP clock, although it samples at 16 kHz. */
import type { Codec } from './codec.ts'

export const G722: Codec = {
  name: 'G722',
  payloadTypes: [9],
  encodings: ['G722'],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 25,
  bytesFor: (step, channels) => step * channels,
}
