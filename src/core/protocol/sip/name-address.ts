/** name-addr and addr-spec (RFC 3261 §20.10), and the Via values that look alike. */
import { identityOf } from '../../base/hash.ts'
import type { Note } from './message-draft.ts'
import {
  COMMA,
  eachElement,
  EQUALS,
  findParameter,
  GREATER,
  indexOfByte,
  LESS,
  QUOTE,
  quotedEnd,
  type Range,
  SEMICOLON,
  skipSpace,
  toText,
  toUnquotedText,
  toValueText,
  trimEnd,
} from './scan.ts'
import type { NameAddress } from './sip-message.ts'
import { parseUri } from './uri.ts'

/** A header value with what only its own header needs: the URI and the parameters as ranges of the message. */
export interface AddressValue {
  readonly address: NameAddress
  readonly uri: Range
  readonly parameters: Range
  readonly tagIdentity: string
}

interface Shape {
  readonly displayName: string
  readonly uri: Range
  readonly parameters: Range
}

/** `"display" <uri>;params` with the bracket at `open`. */
const bracketed = (bytes: Uint8Array, displayName: string, open: number, end: number, note: Note): Shape => {
  const close = indexOfByte(bytes, GREATER, open, end)
  if (close === end) note('sip_bad_uri')
  const uriStart = skipSpace(bytes, open + 1, close)
  // Blanks inside the brackets are wrong (RFC 4475 §3.1.2.14) and mean nothing.
  if (uriStart > open + 1) note('sip_bad_uri')
  return {
    displayName,
    uri: { start: uriStart, end: trimEnd(bytes, uriStart, close) },
    parameters: { start: Math.min(close + 1, end), end },
  }
}

/** `uri;params`: without brackets every `;` begins a header parameter (RFC 3261 §20.10). */
const bare = (bytes: Uint8Array, start: number, end: number): Shape => {
  const stop = indexOfByte(bytes, SEMICOLON, start, end)
  return {
    displayName: '',
    uri: { start, end: trimEnd(bytes, start, stop) },
    parameters: { start: stop, end },
  }
}

const shapeOf = (bytes: Uint8Array, start: number, end: number, note: Note): Shape => {
  if (bytes[start] === QUOTE) {
    const close = quotedEnd(bytes, start, end)
    if (close < 0) note('sip_unbalanced_quote')
    const open = indexOfByte(bytes, LESS, close < 0 ? start : close, end)
    const name = toUnquotedText(bytes, start + 1, close < 0 ? open : close - 1)
    if (open < end) return bracketed(bytes, name, open, end, note)
    note('sip_bad_uri')
    return { displayName: name, uri: { start: end, end }, parameters: { start: end, end } }
  }
  const open = indexOfByte(bytes, LESS, start, end)
  // A bracket inside a quoted parameter value such as +sip.instance="<urn:…>" does not enclose the URI.
  const quote = indexOfByte(bytes, QUOTE, start, open)
  const inParameter = quote < open && bytes[trimEnd(bytes, start, quote) - 1] === EQUALS
  if (open < end && !inParameter) return bracketed(bytes, toText(bytes, start, open), open, end, note)
  return bare(bytes, start, end)
}

/** One name-addr or addr-spec with its header parameters in `[start, end)`; `seed` makes the tag's identity. */
export const parseAddressValue = (
  bytes: Uint8Array,
  start: number,
  end: number,
  seed: number,
  note: Note,
): AddressValue => {
  const from = skipSpace(bytes, start, end)
  const shape = shapeOf(bytes, from, end, note)
  const tag = findParameter(bytes, shape.parameters.start, shape.parameters.end, 'tag')
  const uri = parseUri(bytes, shape.uri.start, shape.uri.end, note)
  return {
    address: {
      displayName: shape.displayName,
      scheme: uri.scheme,
      user: uri.user,
      host: uri.host,
      port: uri.port,
      tag: tag === null ? '' : toValueText(bytes, tag),
    },
    uri: shape.uri,
    parameters: shape.parameters,
    tagIdentity: tag === null || tag.end === tag.start ? '' : identityOf(seed, bytes, tag.start, tag.end),
  }
}

/** Each value of a comma-separated header. A comma in a quoted name or in brackets separates nothing. */
export const eachAddressValue = (
  bytes: Uint8Array,
  start: number,
  end: number,
  seed: number,
  note: Note,
  visit: (value: AddressValue) => void,
): void => {
  const balanced = eachElement(bytes, start, end, COMMA, (from, stop) =>
    visit(parseAddressValue(bytes, from, stop, seed, note)),
  )
  if (!balanced) note('sip_unbalanced_quote')
}
