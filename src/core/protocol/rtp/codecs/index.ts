/** The table of codecs: one line each. */
import type { PayloadFormat } from '../../sdp/index.ts'
import { AMR, AMR_WB } from './amr.ts'
import type { Codec, ShapeCheck } from './codec.ts'
import { DVI4 } from './dvi4.ts'
import { EVS } from './evs.ts'
import { G711_WIDEBAND } from './g711-wideband.ts'
import { G722 } from './g722.ts'
import { G7221 } from './g7221.ts'
import { G723 } from './g723.ts'
import { G726_16 } from './g726-16.ts'
import { G726_24 } from './g726-24.ts'
import { G726_32 } from './g726-32.ts'
import { G726_40 } from './g726-40.ts'
import { G728 } from './g728.ts'
import { G729 } from './g729.ts'
import { GSM } from './gsm.ts'
import { ILBC } from './ilbc.ts'
import { L16 } from './l16.ts'
import { L16_STEREO } from './l16-stereo.ts'
import { OPUS } from './opus.ts'
import { PCMA } from './pcma.ts'
import { PCMU } from './pcmu.ts'
import { RARE_AUDIO } from './rare-audio.ts'
import { COMFORT_NOISE, FEC, RED, RTX, T140, T38, TELEPHONE_EVENT } from './side-payloads.ts'
import { SILK } from './silk.ts'
import { SPEEX } from './speex.ts'
import { VIDEO_CODECS } from './video.ts'

/** All codecs known, audio first. */
export const CODECS: readonly Codec[] = [
  PCMU,
  GSM,
  G723,
  ...DVI4,
  PCMA,
  G722,
  L16_STEREO,
  L16,
  G728,
  G729,
  G726_16,
  G726_24,
  G726_32,
  G726_40,
  ILBC,
  SPEEX,
  OPUS,
  AMR,
  AMR_WB,
  SILK,
  EVS,
  G7221,
  G711_WIDEBAND,
  ...RARE_AUDIO,
  TELEPHONE_EVENT,
  COMFORT_NOISE,
  RED,
  FEC,
  RTX,
  T140,
  T38,
  ...VIDEO_CODECS,
]

/** A codec as one stream uses it: clock and channels of its rtpmap. */
export interface ResolvedCodec {
  readonly name: string
  readonly clockRate: number
  readonly media: Codec['media']
  readonly decodable: boolean
  readonly variableBitRate: boolean
  readonly randomAfter: 25 | 50 | 100
  /** Bytes that a timestamp step needs, or null if the codec is not of known size at that step. */
  payloadBytes(timestampStep: number): number | null
  readonly hasShape: ShapeCheck | null
}

const byPayloadType = new Map(
  CODECS.flatMap((codec) => codec.payloadTypes.map((type) => [type, codec] as const)),
)
const byEncoding = new Map(CODECS.flatMap((codec) => codec.encodings.map((name) => [name, codec] as const)))

const UNKNOWN: ResolvedCodec = {
  name: 'unknown',
  clockRate: 8000,
  media: 'audio',
  decodable: false,
  variableBitRate: true,
  randomAfter: 100,
  payloadBytes: () => null,
  hasShape: null,
}

const resolve = (codec: Codec, clockRate: number, channels: number): ResolvedCodec => {
  const { bytesFor } = codec
  return {
    name: codec.name,
    clockRate,
    media: codec.media,
    decodable: codec.decodable,
    variableBitRate: codec.variableBitRate,
    randomAfter: codec.randomAfter,
    payloadBytes: bytesFor === undefined ? () => null : (step) => bytesFor(step, channels),
    hasShape: codec.hasShape ?? null,
  }
}

const staticCodecs = new Map(
  [...byPayloadType].map(([type, codec]) => [type, resolve(codec, codec.clockRate, 1)]),
)

/**
 * The codec of a payload type: by its rtpmap where there is one (a static type may be remapped, RFC 3551 §3), else by the static table;
 * `unknown` otherwise.
 */
export const codecOf = (payloadType: number, format: PayloadFormat | null): ResolvedCodec => {
  if (format === null) return staticCodecs.get(payloadType) ?? UNKNOWN
  const codec = byEncoding.get(format.encoding)
  if (codec === undefined) return UNKNOWN
  return resolve(
    codec,
    format.clockRate > 0 ? format.clockRate : codec.clockRate,
    Math.max(1, format.channels),
  )
}

/** The codec of a dynamic payload type whose payloads fit its shape, for media without SDP. */
export const SHAPED_CODECS: readonly ResolvedCodec[] = [AMR, AMR_WB, OPUS].map((codec) =>
  resolve(codec, codec.clockRate, 1),
)
