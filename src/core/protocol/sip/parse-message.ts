/**
 * One SIP message (RFC 3261 §7) from one datagram, WebSocket message or framed piece of a stream. Linear, bounded, and it never throws: what
 * is wrong with the message is named in `weird`, and the rest of it is still read.
 */
import { MAX_MESSAGE } from './constants.ts'
import { onHeader } from './header-fields.ts'
import { eachHeader } from './header-lines.ts'
import { MessageDraft } from './message-draft.ts'
import { parseBody } from './parse-body.ts'
import { skipSpace } from './scan.ts'
import type { SipMessage } from './sip-message.ts'
import { parseStartLine } from './start-line.ts'

/** Counts what a message of this RFC must have (RFC 3261 §8.1.1, §8.2.6.2) and has not. */
const checkHeaders = (draft: MessageDraft): void => {
  if (draft.callIdentity === '') draft.note('sip_missing_call_id')
  const complete =
    draft.from !== null && draft.to !== null && draft.via.length > 0 && draft.sequenceMethod !== ''
  if (!complete) draft.note('sip_missing_header')
  if (draft.kind === 'request' && draft.sequenceMethod !== '' && draft.sequenceMethod !== draft.method) {
    draft.note('sip_cseq_mismatch')
  }
}

/** Where the body ends. On UDP octets behind Content-Length are not of the message (RFC 3261 §18.3). */
const bodyEndOf = (draft: MessageDraft, bytes: Uint8Array, start: number, end: number): number => {
  if (draft.contentLength < 0) return end
  if (draft.contentLength > end - start) {
    draft.note('sip_truncated_body')
    return end
  }
  const stop = start + draft.contentLength
  if (skipSpace(bytes, stop, end) < end) draft.note('sip_trailing_bytes')
  return stop
}

/**
 * The message that begins in `bytes[start, end)` (line ends before it are skipped, RFC 3261 §7.5). `seed` is the per-start secret of the
 * identities. `unusable` is set when it cannot be tracked; the other fields are then best effort.
 */
export const parseSipMessage = (bytes: Uint8Array, start: number, end: number, seed: number): SipMessage => {
  const draft = new MessageDraft(seed)
  const whole = Math.min(end, bytes.length)
  const stop = Math.min(whole, start + MAX_MESSAGE)
  if (stop < whole) draft.note('sip_message_too_long')
  const first = skipSpace(bytes, start, stop)
  if (first === stop) {
    // Line ends only, or nothing: a keep-alive (RFC 5626 §3.5.1), no message and no anomaly.
    draft.unusable = true
    draft.bytesUsed = stop - start
    return draft.toMessage()
  }
  const headers = parseStartLine(draft, bytes, first, stop)
  const body = eachHeader(bytes, headers, stop, draft.note, (nameStart, nameEnd, valueStart, valueEnd) =>
    onHeader(draft, bytes, nameStart, nameEnd, valueStart, valueEnd),
  )
  if (body < 0) draft.note('sip_truncated_header')
  checkHeaders(draft)
  const bodyStart = body < 0 ? stop : body
  const bodyEnd = bodyEndOf(draft, bytes, bodyStart, stop)
  parseBody(draft, bytes, bodyStart, bodyEnd)
  draft.bytesUsed = bodyEnd - start
  return draft.toMessage()
}
