/**
 * The body of a message (RFC 3261 §7.4, MIME multipart of RFC 2046 §5.1): split into leaf parts, text copied, everything else by type and
 * length only. Each nesting level is one linear pass; depth and number are bounded.
 */
import { latin1, startsWithAscii } from '../../base/bytes.ts'
import { MAX_DEPTH, MAX_PARTS } from './constants.ts'
import { type ContentType, isText, readContentType } from './content-type.ts'
import { eachHeader } from './header-lines.ts'
import type { MessageDraft } from './message-draft.ts'
import { probeKeysOutsideSip } from './message-keys.ts'
import { CR, equalsLower, hasLowerAt, indexOfByte, isSpace, LF } from './scan.ts'

const pushPart = (
  draft: MessageDraft,
  bytes: Uint8Array,
  start: number,
  end: number,
  contentType: string,
  encoded: boolean,
): void => {
  if (draft.body.length >= MAX_PARTS) {
    draft.note('sip_too_many_parts')
    return
  }
  if (encoded) draft.note('sip_encoded_body')
  // A key may stand in a type that nobody registered: such a body is kept as text too.
  const readable = !encoded && (isText(contentType) || probeKeysOutsideSip(bytes, start, end))
  draft.body.push({
    contentType,
    text: readable ? latin1(bytes, start, end) : '',
    length: end - start,
    encoded,
  })
}

const HYPHEN = 45

/** What a part's own headers say. */
interface PartHeader {
  type: ContentType
  encoded: boolean
}

/** Reads the headers of a part in `[start, end)`; gives where its content begins. */
const readPartHeader = (
  draft: MessageDraft,
  bytes: Uint8Array,
  start: number,
  end: number,
  header: PartHeader,
): number => {
  const content = eachHeader(bytes, start, end, draft.note, (nameStart, nameEnd, from, stop) => {
    const is = (name: string): boolean => equalsLower(bytes, nameStart, nameEnd, name)
    if (is('content-type') || is('c')) header.type = readContentType(bytes, from, stop)
    else if (is('content-encoding') || is('e')) header.encoded ||= !equalsLower(bytes, from, stop, 'identity')
    else if (is('content-transfer-encoding')) {
      header.encoded ||= equalsLower(bytes, from, stop, 'base64') || hasLowerAt(bytes, from, stop, 'quoted')
    }
  })
  return content < 0 ? end : content
}

const onPart = (draft: MessageDraft, bytes: Uint8Array, start: number, end: number, depth: number): void => {
  // RFC 2046 §5.1: a part without a type is text/plain.
  const header: PartHeader = { type: { contentType: 'text/plain', boundary: '' }, encoded: false }
  const content = readPartHeader(draft, bytes, start, end, header)
  onContent(draft, bytes, content, end, header, depth)
}

/** End of a part: the line end before the delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
const partEnd = (bytes: Uint8Array, start: number, delimiter: number): number => {
  let end = delimiter
  if (end > start && bytes[end - 1] === LF) end--
  if (end > start && bytes[end - 1] === CR) end--
  return end
}

/** The delimiter line: behind the boundary only white space or the closing `--` (so that boundary `a` is not found in `--ab`). */
const isDelimiter = (bytes: Uint8Array, start: number, end: number, delimiter: string): boolean => {
  if (!startsWithAscii(bytes, start, end, delimiter)) return false
  const at = start + delimiter.length
  return at === end || isSpace(bytes[at]) || startsWithAscii(bytes, at, end, '--')
}

const splitMultipart = (
  draft: MessageDraft,
  bytes: Uint8Array,
  start: number,
  end: number,
  boundary: string,
  depth: number,
): void => {
  const delimiter = `--${boundary}`
  let partStart = -1
  let closed = false
  for (let at = start; at < end && !closed;) {
    if (draft.body.length >= MAX_PARTS) {
      draft.note('sip_too_many_parts')
      return
    }
    const next = Math.min(indexOfByte(bytes, LF, at, end) + 1, end)
    if (bytes[at] === HYPHEN && isDelimiter(bytes, at, next, delimiter)) {
      if (partStart >= 0) onPart(draft, bytes, partStart, partEnd(bytes, partStart, at), depth)
      partStart = next
      closed = startsWithAscii(bytes, at + delimiter.length, next, '--')
    }
    at = next
  }
  if (closed) return
  draft.note('sip_bad_multipart')
  if (partStart >= 0) onPart(draft, bytes, partStart, end, depth)
  else pushPart(draft, bytes, start, end, 'multipart/mixed', false)
}

const onContent = (
  draft: MessageDraft,
  bytes: Uint8Array,
  start: number,
  end: number,
  { type, encoded }: PartHeader,
  depth: number,
): void => {
  if (encoded || !type.contentType.startsWith('multipart/')) {
    pushPart(draft, bytes, start, end, type.contentType, encoded)
    return
  }
  if (type.boundary === '') draft.note('sip_bad_multipart')
  else if (depth < MAX_DEPTH) {
    splitMultipart(draft, bytes, start, end, type.boundary, depth + 1)
    return
  } else draft.note('sip_multipart_too_deep')
  pushPart(draft, bytes, start, end, type.contentType, encoded)
}

/** Adds the parts of the body `bytes[start, end)` to the draft, as the message's own headers describe it. */
export const parseBody = (draft: MessageDraft, bytes: Uint8Array, start: number, end: number): void => {
  if (end <= start) return
  let type: ContentType = { contentType: draft.contentType, boundary: draft.boundary }
  if (type.contentType === '') {
    draft.note('sip_missing_content_type')
    // RFC 3261 §20.15 demands the header; a body that begins as a description is one.
    if (startsWithAscii(bytes, start, end, 'v=0')) type = { contentType: 'application/sdp', boundary: '' }
  }
  onContent(draft, bytes, start, end, { type, encoded: draft.contentEncoded }, 0)
}
