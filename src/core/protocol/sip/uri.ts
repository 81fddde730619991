/** URIs of SIP (RFC 3261 §19.1, RFC 3966): scheme, user, host and port; a password is never kept, an escape never decoded. */
import { latin1 } from '../../base/bytes.ts'
import { parseAddress } from '../../base/ip-address.ts'
import { hexDigit } from '../../base/text.ts'
import type { Note } from './message-draft.ts'
import { AT, COLON, decimalAt, equalsLower, indexOfByte, QUESTION, SEMICOLON, wordEnd } from './scan.ts'

/** What a URI shows. */
export interface Uri {
  readonly scheme: string
  readonly user: string
  readonly host: string
  readonly port: number
}

/** Host and port of a Via or URI. */
export interface HostPort {
  readonly host: string
  readonly port: number
  readonly wellFormed: boolean
}

const EMPTY_URI: Uri = { scheme: '', user: '', host: '', port: 0 }
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
/** Schemes with `user@host`; every other one is opaque and its text stands in `user`. */
const HOST_SCHEMES: ReadonlySet<string> = new Set(['sip', 'sips', 'im', 'pres', 'mailto', 'xmpp'])
const MAX_SCHEME = 32

/** Canonical address if it is one, else the name in lower case. */
export const canonicalHost = (text: string): string => parseAddress(text) || text.toLowerCase()

const readPort = (bytes: Uint8Array, start: number, end: number): number => {
  const port = decimalAt(bytes, start, end)
  return port > 0 && port <= 65_535 ? port : -1
}

/** `host[:port]` that fills `[start, end)`; IPv6 must stand in brackets (RFC 3261 §25.1 IPv6reference). */
export const parseHostPort = (bytes: Uint8Array, start: number, end: number): HostPort => {
  if (bytes[start] === OPEN_BRACKET) {
    const close = indexOfByte(bytes, CLOSE_BRACKET, start, end)
    const inside = latin1(bytes, start + 1, close, 64)
    const address = parseAddress(inside)
    const port = bytes[close + 1] === COLON && close + 1 < end ? readPort(bytes, close + 2, end) : 0
    const complete = close < end && (close + 1 === end || port > 0)
    return {
      host: address || inside.toLowerCase(),
      port: Math.max(port, 0),
      wellFormed: complete && address !== '',
    }
  }
  const colon = indexOfByte(bytes, COLON, start, end)
  if (indexOfByte(bytes, COLON, colon + 1, end) < end) {
    // An IPv6 address without brackets (RFC 5118 §4.2): where the port begins cannot be told.
    return { host: canonicalHost(latin1(bytes, start, end, 128)), port: 0, wellFormed: false }
  }
  const port = colon < end ? readPort(bytes, colon + 1, end) : 0
  return {
    host: canonicalHost(latin1(bytes, start, colon, 128)),
    port: Math.max(port, 0),
    wellFormed: colon > start && port >= 0,
  }
}

/** Index where the host part ends: parameters and headers follow. */
const hostEnd = (bytes: Uint8Array, start: number, end: number): number => {
  let at = start
  while (at < end && bytes[at] !== SEMICOLON && bytes[at] !== QUESTION) at++
  return at
}

/**
 * Index of the `@` that ends the user part, or -1. The user part itself may have `;`, `?` and `/` in it (RFC 3261 §25.1 user-unreserved);
 * a further `@` before the parameters is a user name like an e-mail address, unescaped, as some phones write it.
 */
const userEnd = (bytes: Uint8Array, start: number, end: number): number => {
  let found = -1
  for (let at = start; at < end; at++) {
    const byte = bytes[at]
    if (byte === AT) found = at
    else if (found >= 0 && (byte === SEMICOLON || byte === QUESTION)) break
  }
  return found
}

const parseHostUri = (bytes: Uint8Array, scheme: string, start: number, end: number, note: Note): Uri => {
  const at = userEnd(bytes, start, end)
  const hostStart = at < 0 ? start : at + 1
  const passwordStart = at < 0 ? start : indexOfByte(bytes, COLON, start, at)
  const place = parseHostPort(bytes, hostStart, hostEnd(bytes, hostStart, end))
  if (!place.wellFormed) note('sip_bad_uri')
  return {
    scheme,
    user: at < 0 ? '' : latin1(bytes, start, passwordStart, 128),
    host: place.host,
    port: place.port,
  }
}

/** The URI that fills `[start, end)`. */
export const parseUri = (bytes: Uint8Array, start: number, end: number, note: Note): Uri => {
  const colon = indexOfByte(bytes, COLON, start, Math.min(end, start + MAX_SCHEME))
  if (wordEnd(bytes, start, end) < end) note('sip_bad_uri')
  if (colon <= start || bytes[colon] !== COLON) {
    note('sip_bad_uri')
    return start < end ? { ...EMPTY_URI, user: latin1(bytes, start, end, 128) } : EMPTY_URI
  }
  const scheme = equalsLower(bytes, start, colon, 'sip') ? 'sip' : latin1(bytes, start, colon).toLowerCase()
  if (HOST_SCHEMES.has(scheme)) return parseHostUri(bytes, scheme, colon + 1, end, note)
  const stop = scheme === 'tel' ? hostEnd(bytes, colon + 1, end) : end
  return { scheme, user: latin1(bytes, colon + 1, stop, 128), host: '', port: 0 }
}

/**
 * Range of the header `lower` inside a URI (`?Replaces=…&…`, RFC 3261 §19.1.1), unescaped into fresh bytes; null if the URI has none. Needed
 * for Refer-To alone: what stands behind `?` is never taken as a header of the message (RFC 4475 §3.1.2.11).
 */
export const unescapedUriHeader = (
  bytes: Uint8Array,
  start: number,
  end: number,
  lower: string,
): Uint8Array | null => {
  const question = indexOfByte(bytes, QUESTION, start, end)
  for (let at = question + 1; at < end;) {
    const stop = indexOfByte(bytes, 38, at, end)
    const equals = indexOfByte(bytes, 61, at, stop)
    const name = latin1(bytes, at, equals, 32).toLowerCase()
    if (name === lower && equals < stop) return unescape(bytes, equals + 1, stop)
    at = stop + 1
  }
  return null
}

const unescape = (bytes: Uint8Array, start: number, end: number): Uint8Array => {
  const plain = new Uint8Array(end - start)
  let length = 0
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    const high = byte === 37 && at + 2 < end ? hexDigit(bytes[at + 1] ?? 0) : -1
    const low = high < 0 ? -1 : hexDigit(bytes[at + 2] ?? 0)
    plain[length++] = low < 0 ? byte : (high << 4) | low
    if (low >= 0) at += 2
  }
  return plain.slice(0, length)
}
