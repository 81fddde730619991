/** The header fields that we read, one row each: name or compact name (RFC 3261 §7.3.3 and later RFCs) → what it writes into the draft. */
import { identityOf } from '../../base/hash.ts'
import { onAuthentication } from './authentication.ts'
import { MAX_CONTACTS, MAX_HEADERS, MAX_IDENTITIES, MAX_RECORD_ROUTES, MAX_SCALAR } from './constants.ts'
import { readContentType } from './content-type.ts'
import type { MessageDraft } from './message-draft.ts'
import { eachAddressValue, parseAddressValue } from './name-address.ts'
import {
  decimalAt,
  equalsLower,
  findParameter,
  indexOfByte,
  SEMICOLON,
  skipSpace,
  toText,
  trimEnd,
  wordEnd,
} from './scan.ts'
import type { Authentication, NameAddress } from './sip-message.ts'
import { unescapedUriHeader } from './uri.ts'
import { onViaHeader } from './via.ts'

/** Reads one value, `bytes[start, end)`, into the draft. */
type ReadField = (draft: MessageDraft, bytes: Uint8Array, start: number, end: number) => void

interface HeaderField {
  readonly name: string
  readonly read: ReadField
  /** A second one is counted and ignored (RFC 4475 §3.3.8). */
  readonly once: boolean
  /** Frames or identifies the message: read even behind the limit of headers. */
  readonly essential: boolean
}

/** Scalar of RFC 3261 §20.19 at most 2^32 − 1; larger ones are cut and counted, anything else is -1. */
const readScalar = (draft: MessageDraft, bytes: Uint8Array, start: number, end: number): number => {
  const value = decimalAt(bytes, start, end)
  if (value <= MAX_SCALAR) return value
  draft.note('sip_number_too_large')
  return MAX_SCALAR
}

const onCallId: ReadField = (draft, bytes, start, end) => {
  if (start === end) return
  draft.callId = toText(bytes, start, end)
  draft.callIdentity = identityOf(draft.seed, bytes, start, end)
}

const onFrom: ReadField = (draft, bytes, start, end) => {
  const value = parseAddressValue(bytes, start, end, draft.seed, draft.note)
  draft.from = value.address
  draft.fromTagIdentity = value.tagIdentity
}

const onTo: ReadField = (draft, bytes, start, end) => {
  const value = parseAddressValue(bytes, start, end, draft.seed, draft.note)
  draft.to = value.address
  draft.toTagIdentity = value.tagIdentity
}

const onSequence: ReadField = (draft, bytes, start, end) => {
  const numberEnd = wordEnd(bytes, start, end)
  const sequence = decimalAt(bytes, start, numberEnd)
  const methodStart = skipSpace(bytes, numberEnd, end)
  draft.sequenceMethod = toText(bytes, methodStart, end)
  // RFC 3261 §8.1.1.5: less than 2^31.
  if (sequence >= 2 ** 31) draft.note('sip_number_too_large')
  else draft.sequence = sequence
  if (sequence < 0 || methodStart === end) draft.note('sip_bad_cseq')
}

/**
 * RFC 3261 §20.14. Two different or unreadable lengths mean that nobody knows where the message ends (RFC 4475 §3.3.9): then the body is
 * taken to be all the rest, so that nothing readable in it is missed.
 */
const onContentLength: ReadField = (draft, bytes, start, end) => {
  const length = decimalAt(bytes, start, end)
  if (length < 0) {
    draft.note('sip_bad_content_length')
    draft.contentLength = -2
  } else if (draft.contentLength === -1) draft.contentLength = length
  else if (draft.contentLength !== length) {
    draft.note('sip_contradicting_content_length')
    draft.contentLength = -2
  }
}

const onContentType: ReadField = (draft, bytes, start, end) => {
  const type = readContentType(bytes, start, end)
  draft.contentType = type.contentType
  draft.boundary = type.boundary
}

const onContentEncoding: ReadField = (draft, bytes, start, end) => {
  draft.contentEncoded = start < end && !equalsLower(bytes, start, end, 'identity')
}

const STAR = 42

const onContact: ReadField = (draft, bytes, start, end) => {
  // RFC 3261 §10.2.2: `*` removes every binding and is no address.
  if (end - start === 1 && bytes[start] === STAR) return
  eachAddressValue(bytes, start, end, draft.seed, draft.note, (value) => {
    if (draft.contacts.length >= MAX_CONTACTS) {
      draft.note('sip_too_many_values')
      return
    }
    draft.contacts.push(value.address)
    const expires = findParameter(bytes, value.parameters.start, value.parameters.end, 'expires')
    if (expires !== null && draft.contactExpires < 0) {
      draft.contactExpires = readScalar(draft, bytes, expires.start, expires.end)
    }
  })
}

const onRecordRoute: ReadField = (draft, bytes, start, end) =>
  eachAddressValue(bytes, start, end, draft.seed, draft.note, (value) => {
    if (draft.recordRoutes.length < MAX_RECORD_ROUTES) draft.recordRoutes.push(value.address)
    else draft.note('sip_too_many_values')
  })

const onIdentity: ReadField = (draft, bytes, start, end) =>
  eachAddressValue(bytes, start, end, draft.seed, draft.note, (value) => {
    const kept: NameAddress[] = draft.assertedIdentities
    if (kept.length < MAX_IDENTITIES) kept.push(value.address)
    else draft.note('sip_too_many_values')
  })

const onUserAgent: ReadField = (draft, bytes, start, end) => {
  if (draft.userAgent === '') draft.userAgent = toText(bytes, start, end)
}

const onExpires: ReadField = (draft, bytes, start, end) => {
  draft.expires = readScalar(draft, bytes, start, end)
}

const onEvent: ReadField = (draft, bytes, start, end) => {
  draft.event = toText(bytes, start, indexOfByte(bytes, SEMICOLON, start, end)).toLowerCase()
}

/** RFC 3891 §6.1: the Call-ID stands before the first parameter. */
const onReplaces: ReadField = (draft, bytes, start, end) => {
  const stop = trimEnd(bytes, start, indexOfByte(bytes, SEMICOLON, start, end))
  if (stop > start) draft.replacesIdentity = identityOf(draft.seed, bytes, start, stop)
}

/** RFC 3515, and the dialog that an attended transfer wants replaced (RFC 5589 §7). */
const onReferTo: ReadField = (draft, bytes, start, end) => {
  const value = parseAddressValue(bytes, start, end, draft.seed, draft.note)
  draft.referTo = value.address
  const replaces = unescapedUriHeader(bytes, value.uri.start, value.uri.end, 'replaces')
  if (replaces !== null) onReplaces(draft, replaces, 0, replaces.length)
}

const authentication =
  (header: Authentication['header']): ReadField =>
  (draft, bytes, start, end) =>
    onAuthentication(header, draft, bytes, start, end)

const row = (name: string, read: ReadField, once = false, essential = false): HeaderField => ({
  name,
  read,
  once,
  essential,
})

const ROWS: readonly (readonly [field: HeaderField, ...compact: string[]])[] = [
  [row('via', onViaHeader), 'v'],
  [row('from', onFrom, true, true), 'f'],
  [row('to', onTo, true, true), 't'],
  [row('call-id', onCallId, true, true), 'i'],
  [row('cseq', onSequence, true, true)],
  [row('content-length', onContentLength, false, true), 'l'],
  [row('content-type', onContentType, true, true), 'c'],
  [row('content-encoding', onContentEncoding, true, true), 'e'],
  [row('contact', onContact), 'm'],
  [row('record-route', onRecordRoute)],
  [row('user-agent', onUserAgent)],
  [row('server', onUserAgent)],
  [row('p-asserted-identity', onIdentity)],
  [row('p-preferred-identity', onIdentity)],
  [row('remote-party-id', onIdentity)],
  [row('expires', onExpires, true)],
  [row('event', onEvent, true), 'o'],
  [row('refer-to', onReferTo, true), 'r'],
  [row('replaces', onReplaces, true)],
  [row('authorization', authentication('authorization'))],
  [row('proxy-authorization', authentication('proxy-authorization'))],
  [row('www-authenticate', authentication('www-authenticate'))],
  [row('proxy-authenticate', authentication('proxy-authenticate'))],
]

const NAMES: readonly (readonly [name: string, field: HeaderField])[] = ROWS.flatMap(([field, ...compact]) =>
  [field.name, ...compact].map((name) => [name, field] as const),
)

/** The names by their length: comparing bytes with the few of one length is much cheaper than making a string to look up. */
const BY_LENGTH: readonly (typeof NAMES)[] = Array.from({ length: 32 }, (_, length) =>
  NAMES.filter(([name]) => name.length === length),
)

const fieldOf = (bytes: Uint8Array, start: number, end: number): HeaderField | undefined => {
  for (const [name, field] of BY_LENGTH[end - start] ?? [])
    if (equalsLower(bytes, start, end, name)) return field
  return undefined
}

/** Reads one header only if it says how long the message is: Content-Length, and whether there is a Content-Type. */
export const onFramingHeader = (
  draft: MessageDraft,
  bytes: Uint8Array,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
): void => {
  const name = fieldOf(bytes, nameStart, nameEnd)?.name
  if (name === 'content-length') onContentLength(draft, bytes, valueStart, valueEnd)
  else if (name === 'content-type') onContentType(draft, bytes, valueStart, valueEnd)
}

/** Reads one header of the message into the draft; unknown names are skipped, limits are applied and counted. */
export const onHeader = (
  draft: MessageDraft,
  bytes: Uint8Array,
  nameStart: number,
  nameEnd: number,
  valueStart: number,
  valueEnd: number,
): void => {
  draft.headers++
  const field = fieldOf(bytes, nameStart, nameEnd)
  if (draft.headers > MAX_HEADERS) {
    draft.note('sip_too_many_headers')
    if (field?.essential !== true) return
  }
  if (field === undefined) return
  if (field.once) {
    if (draft.seen.has(field.name)) {
      draft.note('sip_duplicate_header')
      return
    }
    draft.seen.add(field.name)
  }
  field.read(draft, bytes, valueStart, valueEnd)
}
