/** Is this TCP stream RTP in frames (RFC 4571), alone or with ICE, DTLS and RTCP (RFC 6544)? */
import { readI32, readU16 } from '../../base/bytes.ts'
import type { Probe } from '../stun/index.ts'
import { LOOK, lookAtFrame } from './frame-look.ts'

const LENGTH_FIELD = 2
/** Bytes of a cut frame that show enough of its header. */
const LEAST_LOOK = 12
const MAX_SEQUENCE_STEP = 3

const isRtp = (bytes: Uint8Array, at: number): boolean => {
  const second = bytes[at + 1] as number
  return second < 192 || second > 223
}

/** The sender: SSRC of RTP, and of the report that begins a compound. */
const senderOf = (bytes: Uint8Array, at: number): number => readI32(bytes, at + (isRtp(bytes, at) ? 8 : 4))

/** Two frames of media belong together: they have one sender, and RTP continues in sequence and time. */
const fitTogether = (bytes: Uint8Array, first: number, second: number): boolean => {
  if (senderOf(bytes, first) !== senderOf(bytes, second)) return false
  if (!isRtp(bytes, first) || !isRtp(bytes, second)) return true
  const step = (readU16(bytes, second + 2) - readU16(bytes, first + 2)) & 0xffff
  const timestampStep = (readI32(bytes, second + 4) - readI32(bytes, first + 4)) | 0
  return step >= 1 && step <= MAX_SEQUENCE_STEP && timestampStep >= 0
}

/**
 * Whether framed RTP begins at `start`. `certain`: the first frame is STUN or DTLS that fills it exactly, or the first two are media that
 * belong together. `unsure`: one frame of media; ask again with more bytes from the same start.
 */
export const probeFramedRtp = (bytes: Uint8Array, start: number, end: number): Probe => {
  if (end - start < LENGTH_FIELD + LEAST_LOOK) return 'not-for-us'
  const length = readU16(bytes, start)
  const first = start + LENGTH_FIELD
  const look = lookAtFrame(bytes, first, Math.min(end, first + length), length)
  if (look !== LOOK.media) return look === LOOK.sure ? 'certain' : 'not-for-us'
  const next = first + length + LENGTH_FIELD
  if (next + LEAST_LOOK > end) return 'unsure'
  const nextLength = readU16(bytes, next - LENGTH_FIELD)
  const nextLook = lookAtFrame(bytes, next, Math.min(end, next + nextLength), nextLength)
  if (nextLook !== LOOK.media) return nextLook === LOOK.sure ? 'certain' : 'not-for-us'
  return fitTogether(bytes, first, next) ? 'certain' : 'not-for-us'
}
