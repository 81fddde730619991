/** Content-Type (RFC 3261 §20.15, RFC 2045 §5.1), and which types are text to us. */
import { MAX_BOUNDARY } from './constants.ts'
import { findParameter, indexOfByte, SEMICOLON, toText, toValueText } from './scan.ts'

/** A media type in lower case without white space, and its boundary parameter as written. */
export interface ContentType {
  readonly contentType: string
  readonly boundary: string
}

/** Types that are text although their name does not say so. */
const TEXT_TYPES: ReadonlySet<string> = new Set([
  'application/sdp',
  'application/dtmf',
  'application/dtmf-relay',
  'application/hook-flash',
  'application/json',
  'application/simple-message-summary',
  'application/trickle-ice-sdpfrag',
  'application/vq-rtcpxr',
  'application/xml',
])

/** The value in `[start, end)`. */
export const readContentType = (bytes: Uint8Array, start: number, end: number): ContentType => {
  const stop = indexOfByte(bytes, SEMICOLON, start, end)
  const boundary = findParameter(bytes, stop, end, 'boundary')
  return {
    contentType: toText(bytes, start, stop).toLowerCase().split(' ').join(''),
    boundary: boundary === null ? '' : toValueText(bytes, boundary, MAX_BOUNDARY),
  }
}

/** True if the body of that type is to be read as text. */
export const isText = (contentType: string): boolean =>
  contentType.startsWith('text/') ||
  contentType.startsWith('message/') ||
  contentType.endsWith('+xml') ||
  contentType.endsWith('+json') ||
  TEXT_TYPES.has(contentType)
