/** Opus (RFC 6716, RFC 7587): the clock is always 48 kHz; the first byte tells the frame's duration. */
import type { Codec, ShapeCheck } from './codec.ts'

/** Frame duration in 48 kHz samples by configuration number (RFC 6716 table 2): SILK, hybrid, CELT. */
const SILK_FRAMES: readonly number[] = [480, 960, 1920, 2880]
const HYBRID_FRAMES: readonly number[] = [480, 960]
const CELT_FRAMES: readonly number[] = [120, 240, 480, 960]

const frameSamples = (configuration: number): number => {
  if (configuration < 12) return SILK_FRAMES[configuration & 3] as number
  return configuration < 16
    ? (HYBRID_FRAMES[configuration & 1] as number)
    : (CELT_FRAMES[configuration & 3] as number)
}

/** True if the table-of-contents byte announces exactly the timestamp step (RFC 6716 §3.1): one random byte in six does at 20 ms. */
const hasOpusShape: ShapeCheck = (bytes, start, end, timestampStep) => {
  if (end - start < 2 || timestampStep <= 0) return null
  const first = bytes[start] as number
  const code = first & 3
  const frames = code === 0 ? 1 : code < 3 ? 2 : (bytes[start + 1] as number) & 0x3f
  return frames * frameSamples(first >> 3) === timestampStep
}

export const OPUS: Codec = {
  name: 'opus',
  payloadTypes: [],
  encodings: ['OPUS'],
  clockRate: 48000,
  media: 'audio',
  decodable: true,
  variableBitRate: true,
  randomAfter: 50,
  hasShape: hasOpusShape,
}
