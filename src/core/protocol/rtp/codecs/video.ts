/** Video: 90 kHz, never of known size (RFC 3551 §5, RFC 6184, RFC 7741, RFC 7798, RFC 9628). */
import type { Codec } from './codec.ts'

const video = (name: string, encodings: readonly string[], payloadTypes: readonly number[] = []): Codec => ({
  name,
  payloadTypes,
  encodings,
  clockRate: 90000,
  media: 'video',
  decodable: true,
  variableBitRate: true,
  randomAfter: 100,
})

export const VIDEO_CODECS: readonly Codec[] = [
  video('CelB', ['CELB'], [25]),
  video('JPEG', ['JPEG'], [26]),
  video('nv', ['NV'], [28]),
  video('H261', ['H261'], [31]),
  video('MPV', ['MPV'], [32]),
  video('MP2T', ['MP2T'], [33]),
  video('H263', ['H263', 'H263-1998', 'H263-2000'], [34]),
  video('H264', ['H264', 'H264-SVC']),
  video('H265', ['H265']),
  video('H266', ['H266']),
  video('MP4V-ES', ['MP4V-ES']),
  video('VP8', ['VP8']),
  video('VP9', ['VP9']),
  video('AV1', ['AV1']),
]
