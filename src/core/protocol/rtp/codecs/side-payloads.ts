/** Payload types that ride beside audio: events, comfort noise, redundancy, error correction, text. */
import type { Codec } from './codec.ts'

const side = (name: string, encodings: readonly string[], payloadTypes: readonly number[] = []): Codec => ({
  name,
  payloadTypes,
  encodings,
  clockRate: 8000,
  media: 'audio',
  decodable: false,
  variableBitRate: false,
  randomAfter: 100,
})

/** RFC 4733. */
export const TELEPHONE_EVENT: Codec = side('telephone-event', ['TELEPHONE-EVENT'])
/** RFC 3389; 19 was reserved for it before. */
export const COMFORT_NOISE: Codec = side('comfort-noise', ['CN'], [13, 19])
/** RFC 2198. */
export const RED: Codec = side('RED', ['RED'])
/** RFC 5109, RFC 8627. */
export const FEC: Codec = side('FEC', ['ULPFEC', 'FLEXFEC', 'FLEXFEC-03', 'PARITYFEC', 'ULPFECUC'])
/** RFC 4588. */
export const RTX: Codec = side('RTX', ['RTX'])
/** RFC 4103. */
export const T140: Codec = { ...side('T140', ['T140']), media: 'text', decodable: true, clockRate: 1000 }
/** T.38 over RTP (RFC 4612). */
export const T38: Codec = { ...side('T38', ['T38']), media: 'image', decodable: true }
