/** Via (RFC 3261 §20.42): `SIP / 2.0 / UDP host:port ;branch=…`, white space allowed nearly everywhere, several values a line. */
import { startsWithAscii } from '../../base/bytes.ts'
import { identityOf } from '../../base/hash.ts'
import { MAX_VIAS } from './constants.ts'
import type { MessageDraft } from './message-draft.ts'
import {
  COMMA,
  eachElement,
  findParameter,
  indexOfByte,
  type Range,
  SEMICOLON,
  skipSpace,
  tokenEnd,
  toText,
  toValueText,
  trimEnd,
} from './scan.ts'
import { canonicalHost, parseHostPort } from './uri.ts'

/** RFC 3261 §8.1.1.7: what a branch of this RFC begins with; alone it identifies nothing (RFC 4475 §3.2.1). */
const MAGIC_COOKIE = 'z9hG4bK'
const SLASH = 47
/** A parameter that is not there. */
const NONE: Range = { start: 0, end: 0 }

/** Index behind `token LWS "/" LWS`, or -1. */
const skipProtocolPart = (bytes: Uint8Array, start: number, end: number): number => {
  const slash = skipSpace(bytes, tokenEnd(bytes, start, end), end)
  return slash > start && slash < end && bytes[slash] === SLASH ? skipSpace(bytes, slash + 1, end) : -1
}

const branchIdentity = (draft: MessageDraft, bytes: Uint8Array, start: number, end: number): string => {
  const onlyCookie = end - start === MAGIC_COOKIE.length && startsWithAscii(bytes, start, end, MAGIC_COOKIE)
  if (start < end && !onlyCookie) return identityOf(draft.seed, bytes, start, end)
  draft.note('sip_missing_branch')
  return ''
}

const onVia = (draft: MessageDraft, bytes: Uint8Array, start: number, end: number): void => {
  if (draft.via.length >= MAX_VIAS) {
    draft.note('sip_too_many_values')
    return
  }
  const version = skipProtocolPart(bytes, start, end)
  const transport = version < 0 ? -1 : skipProtocolPart(bytes, version, end)
  if (transport < 0) {
    draft.note('sip_bad_via')
    return
  }
  const transportEnd = tokenEnd(bytes, transport, end)
  const placeStart = skipSpace(bytes, transportEnd, end)
  const parameters = indexOfByte(bytes, SEMICOLON, placeStart, end)
  const place = parseHostPort(bytes, placeStart, trimEnd(bytes, placeStart, parameters))
  if (!place.wellFormed || transportEnd === transport) draft.note('sip_bad_via')
  const branch = findParameter(bytes, parameters, end, 'branch') ?? NONE
  const received = findParameter(bytes, parameters, end, 'received') ?? NONE
  if (draft.via.length === 0) draft.branchIdentity = branchIdentity(draft, bytes, branch.start, branch.end)
  draft.via.push({
    transport: toText(bytes, transport, transportEnd).toUpperCase(),
    host: place.host,
    port: place.port,
    branch: toValueText(bytes, branch),
    received: canonicalHost(toValueText(bytes, received)),
  })
}

/** Adds the values of one Via header to the draft, topmost first. */
export const onViaHeader = (draft: MessageDraft, bytes: Uint8Array, start: number, end: number): void => {
  const balanced = eachElement(bytes, start, end, COMMA, (from, stop) => onVia(draft, bytes, from, stop))
  if (!balanced) draft.note('sip_unbalanced_quote')
}
