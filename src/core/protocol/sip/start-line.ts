/** Request-Line and Status-Line (RFC 3261 §7.1, §7.2), with the faults of RFC 4475 §3.1.2 tolerated and counted. */
import { latin1 } from '../../base/bytes.ts'
import type { MessageDraft } from './message-draft.ts'
import {
  decimalAt,
  equalsLower,
  GREATER,
  hasLowerAt,
  indexOfByte,
  isToken,
  LESS,
  LF,
  skipSpace,
  toText,
  tokenEnd,
  trimEnd,
  wordEnd,
} from './scan.ts'
import { parseUri } from './uri.ts'

const SLASH = 47

const spoil = (
  draft: MessageDraft,
  name: 'sip_bad_start_line' | 'sip_bad_version' | 'sip_bad_status',
): void => {
  draft.unusable = true
  draft.note(name)
}

const parseStatusLine = (draft: MessageDraft, bytes: Uint8Array, start: number, end: number): void => {
  draft.kind = 'response'
  const versionEnd = wordEnd(bytes, start, end)
  if (!equalsLower(bytes, start, versionEnd, 'sip/2.0')) spoil(draft, 'sip_bad_version')
  const codeStart = skipSpace(bytes, versionEnd, end)
  const codeEnd = wordEnd(bytes, codeStart, end)
  const code = decimalAt(bytes, codeStart, codeEnd)
  if (codeEnd - codeStart === 3 && code >= 100 && code <= 699) draft.statusCode = code
  else spoil(draft, 'sip_bad_status')
  draft.reasonPhrase = toText(bytes, codeEnd, end)
}

/** The request-URI between method and version; LWS in it is wrong (RFC 4475 §3.1.2.8), and so are brackets (§3.1.2.7). */
const parseRequestUri = (draft: MessageDraft, bytes: Uint8Array, start: number, end: number): void => {
  let from = start
  let stop = end
  if (wordEnd(bytes, from, stop) < stop) draft.note('sip_bad_start_line')
  if (bytes[from] === LESS) {
    draft.note('sip_bad_request_uri')
    from++
    if (bytes[stop - 1] === GREATER) stop--
  }
  const uri = parseUri(bytes, from, stop, () => {
    draft.note('sip_bad_request_uri')
  })
  draft.requestUri = {
    displayName: '',
    scheme: uri.scheme,
    user: uri.user,
    host: uri.host,
    port: uri.port,
    tag: '',
  }
}

const lastWordStart = (bytes: Uint8Array, start: number, end: number): number => {
  let at = end
  while (at > start && bytes[at - 1] !== 32 && bytes[at - 1] !== 9) at--
  return at
}

const parseRequestLine = (draft: MessageDraft, bytes: Uint8Array, start: number, lineEnd: number): void => {
  const end = trimEnd(bytes, start, lineEnd)
  const methodEnd = tokenEnd(bytes, start, end)
  const uriStart = skipSpace(bytes, methodEnd, end)
  const versionStart = lastWordStart(bytes, uriStart, end)
  const isVersion = hasLowerAt(bytes, versionStart, end, 'sip/')
  draft.method = latin1(bytes, start, methodEnd, 128)
  if (methodEnd === start || uriStart === methodEnd || !isVersion) {
    spoil(draft, 'sip_bad_start_line')
    return
  }
  if (!equalsLower(bytes, versionStart, end, 'sip/2.0')) spoil(draft, 'sip_bad_version')
  const uriEnd = trimEnd(bytes, uriStart, versionStart)
  // RFC 3261 §7.1 wants single spaces; more are tolerated (RFC 4475 §3.1.2.9, §3.1.2.10) and counted.
  if (
    uriStart > methodEnd + 1 ||
    versionStart > uriEnd + 1 ||
    trimEnd(bytes, start, lineEnd) < trimLineEnd(bytes, lineEnd)
  ) {
    draft.note('sip_bad_start_line')
  }
  if (uriEnd > uriStart) parseRequestUri(draft, bytes, uriStart, uriEnd)
  else spoil(draft, 'sip_bad_start_line')
}

/** `lineEnd` without the CR of the line end. */
const trimLineEnd = (bytes: Uint8Array, lineEnd: number): number =>
  bytes[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd

/** Reads the start line at `start` into the draft; gives the index behind its line end. */
export const parseStartLine = (
  draft: MessageDraft,
  bytes: Uint8Array,
  start: number,
  end: number,
): number => {
  const lineFeed = indexOfByte(bytes, LF, start, end)
  if (lineFeed === end) draft.note('sip_truncated_header')
  const token = isToken(bytes[start]) ? tokenEnd(bytes, start, lineFeed) : start
  const isStatus = token - start === 3 && bytes[token] === SLASH && hasLowerAt(bytes, start, lineFeed, 'sip/')
  if (isStatus) parseStatusLine(draft, bytes, start, lineFeed)
  else parseRequestLine(draft, bytes, start, lineFeed)
  return Math.min(lineFeed + 1, end)
}
