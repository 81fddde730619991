/** Linear 16 bit (RFC 3551 §4.5.11): two bytes a sample and channel. */
import type { Codec } from './codec.ts'

export const L16: Codec = {
  name: 'L16',
  payloadTypes: [11],
  encodings: ['L16'],
  clockRate: 44100,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 25,
  bytesFor: (step, channels) => 2 * step * channels,
}
