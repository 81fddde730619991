/** Is this TCP stream SIP over WebSocket (RFC 7118)? By its handshake, or, on a connection older than the capture, by a frame with SIP in it. */
import { type Probe, probeSip } from '../sip/index.ts'
import { MAX_FRAME, OPCODE } from './constants.ts'
import { decodeFrameHeader, FrameHeader, unmaskInto } from './frame-header.ts'
import { handshakeEnd, looksLikeHandshake, parseHandshake } from './handshake.ts'

/** Unmasked bytes that are enough to see the first line of a SIP message. */
export const LOOK = 1_024

const frame = new FrameHeader()
const scratch = new Uint8Array(LOOK)

const probeHandshake = (bytes: Uint8Array, start: number, end: number): Probe => {
  const stop = handshakeEnd(bytes, start, end)
  if (stop === -1) return 'unsure'
  const handshake = stop < 0 ? null : parseHandshake(bytes, start, stop)
  if (handshake === null || !handshake.upgrade) return 'not-for-us'
  if (handshake.protocols.includes('sip')) return handshake.key ? 'certain' : 'unsure'
  // Without a named subprotocol the frames must tell.
  return handshake.protocols.length === 0 ? 'unsure' : 'not-for-us'
}

/** True if so few bytes may begin the header of a text or binary frame. */
const isCutDataFrame = (bytes: Uint8Array, start: number, end: number): boolean => {
  const first = bytes[start] ?? 0
  return (
    end > start && (first & 0x70) === 0 && ((first & 15) === OPCODE.text || (first & 15) === OPCODE.binary)
  )
}

/** Whether a data frame at `start` holds the beginning of a SIP message. A ping, pong or keep-alive proves nothing. */
export const probeSipFrame = (bytes: Uint8Array, start: number, end: number): Probe => {
  if (!decodeFrameHeader(frame, bytes, start, end))
    return isCutDataFrame(bytes, start, end) ? 'unsure' : 'not-for-us'
  if (!frame.wellFormed || frame.compressed || frame.payloadLength > MAX_FRAME) return 'not-for-us'
  if (frame.opcode !== OPCODE.text && frame.opcode !== OPCODE.binary) return 'not-for-us'
  const from = start + frame.headerLength
  const length = Math.min(LOOK, end - from, frame.payloadLength)
  if (length === 0) return frame.payloadLength > 0 ? 'unsure' : 'not-for-us'
  unmaskInto(scratch, bytes, from, from + length, frame.mask, 0)
  return probeSip(scratch, 0, length)
}

/** Whether `bytes[start, end)`, a piece of a TCP stream that begins a segment, is SIP over WebSocket. `unsure`: ask again with more. */
export const probeWebSocket = (bytes: Uint8Array, start: number, end: number): Probe =>
  looksLikeHandshake(bytes, start, end) ? probeHandshake(bytes, start, end) : probeSipFrame(bytes, start, end)
