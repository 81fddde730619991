/** What a codec is to us: how many bytes a timestamp step needs, and how many packets its statistics need. */

/** Whether a payload has the codec's shape at a timestamp step: null = it says nothing. */
export type ShapeCheck = (
  bytes: Uint8Array,
  start: number,
  end: number,
  timestampStep: number,
) => boolean | null

/** One row of CODECS. */
export interface Codec {
  /** The name that reports show. */
  readonly name: string
  /** Static payload types (RFC 3551 table 4 and 5). */
  readonly payloadTypes: readonly number[]
  /** Encoding names of rtpmap, upper case (IANA RTP payload format media types). */
  readonly encodings: readonly string[]
  /** RTP clock in Hz; rtpmap overrides it. */
  readonly clockRate: number
  readonly media: 'audio' | 'video' | 'text' | 'image' | 'application'
  /** Common tools turn it into sound or picture. */
  readonly decodable: boolean
  /** Packet sizes follow the speech (RFC 6562). */
  readonly variableBitRate: boolean
  /** Packets after which a random look is meaningful (VERDICTS §2.3). */
  readonly randomAfter: 25 | 50 | 100
  /** Bytes that a timestamp step needs with `channels` channels; absent = not of known size. */
  readonly bytesFor?: (timestampStep: number, channels: number) => number | null
  readonly hasShape?: ShapeCheck
}
