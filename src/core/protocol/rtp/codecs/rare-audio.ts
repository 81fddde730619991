/** Audio that phones seldom speak: static types of RFC 3551 tables 4 and 5, and encodings of which no more is known here than the name. */
import type { Codec } from './codec.ts'

const rare = (name: string, more: Partial<Codec> = {}): Codec => ({
  name,
  payloadTypes: [],
  encodings: [name],
  clockRate: 8000,
  media: 'audio',
  decodable: true,
  variableBitRate: false,
  randomAfter: 100,
  ...more,
})

export const RARE_AUDIO: readonly Codec[] = [
  // RFC 3551 §4.5.10: linear 8 bit.
  rare('L8', { randomAfter: 25, bytesFor: (step, channels) => step * channels }),
  // RFC 3551 §4.5.9.
  rare('LPC', { payloadTypes: [7] }),
  // RFC 2658.
  rare('QCELP', { payloadTypes: [12], variableBitRate: true }),
  // RFC 2250: its clock is 90 kHz although it is audio.
  rare('MPA', { payloadTypes: [14], clockRate: 90000, variableBitRate: true }),
  // RFC 3190.
  rare('L20', {
    clockRate: 48000,
    randomAfter: 25,
    bytesFor: (step, channels) => packedBytes(step, channels, 20),
  }),
  rare('L24', {
    clockRate: 48000,
    randomAfter: 25,
    bytesFor: (step, channels) => packedBytes(step, channels, 24),
  }),
  // RFC 3551 §4.5.7: 15 bytes a 80 samples.
  rare('G729E', { bytesFor: (step) => (step % 80 === 0 ? (step / 80) * 15 : null) }),
  rare('VDVI', { variableBitRate: true }),
  // RFC 4298: 10 bytes a 40 samples at 8 kHz, 20 a 80 at 16 kHz.
  rare('BV16', { bytesFor: (step) => (step % 40 === 0 ? step / 4 : null) }),
  rare('BV32', { clockRate: 16000, bytesFor: (step) => (step % 80 === 0 ? step / 4 : null) }),
  // RFC 4040: 64 kbit/s of anything, whose content may well be compressed or encrypted beneath.
  rare('CLEARMODE', { decodable: false, bytesFor: (step) => step }),
  rare('MP4A-LATM', { clockRate: 90000, variableBitRate: true }),
  rare('MPEG4-GENERIC', { clockRate: 90000, variableBitRate: true }),
]

/** Samples of odd width are packed without gaps (RFC 3190 §4). */
const packedBytes = (step: number, channels: number, bits: number): number | null =>
  (step * channels * bits) % 8 === 0 ? (step * channels * bits) / 8 : null
