/**
 * Is this SIP? On any port: a phone system may listen anywhere. Everything else must leave at the first byte or two, because the classifier
 * asks this of media packets as well.
 */
import { CR, hasLowerAt, indexOfByte, isToken, LF, skipSpace, SPACE, tokenEnd, trimEnd } from './scan.ts'

/** `unsure`: the first line is not complete, or it is SIP of another version, or only keep-alive line ends. */
export type Probe = 'certain' | 'unsure' | 'not-for-us'

/** IANA "Session Initiation Protocol (SIP) Parameters: Methods" (2026-11): used only for a first line that is cut in the method. */
const METHODS = [
  'ACK',
  'BYE',
  'CANCEL',
  'INFO',
  'INVITE',
  'MESSAGE',
  'NOTIFY',
  'OPTIONS',
  'PRACK',
  'PUBLISH',
  'REFER',
  'REGISTER',
  'SUBSCRIBE',
  'UPDATE',
  'SIP/2.0',
] as const
/** Longest first line that is looked at: a request-URI may be long, the rest of a binary datagram need not be scanned. */
const MAX_FIRST_LINE = 8_192
const MAX_METHOD = 64
const VERSION = 'sip/2.0'
/** How a request-URI begins; used only for a first line that is cut. */
const SCHEMES = ['sip:', 'sips:', 'tel:', 'urn:', '<sip:', '<sips:'] as const

const isMethodPrefix = (bytes: Uint8Array, start: number, end: number): boolean =>
  METHODS.some((method) => {
    if (end - start > method.length) return false
    for (let at = start; at < end; at++) if (bytes[at] !== method.charCodeAt(at - start)) return false
    return true
  })

/** True if a URI of ours begins at `start`, or may begin with so few bytes. */
const isSchemePrefix = (bytes: Uint8Array, start: number, end: number): boolean =>
  SCHEMES.some((scheme) => {
    const length = Math.min(scheme.length, end - start)
    return hasLowerAt(bytes, start, end, scheme.slice(0, length))
  })

const probeStatusLine = (bytes: Uint8Array, start: number, end: number): Probe => {
  if (!hasLowerAt(bytes, start, end, VERSION))
    return end - start <= VERSION.length ? 'unsure' : probeVersion(bytes, start, end)
  const at = start + VERSION.length
  if (at === end) return 'unsure'
  if (bytes[at] !== SPACE) return 'not-for-us'
  const code = bytes[skipSpace(bytes, at, end)] ?? 0
  return at + 1 >= end ? 'unsure' : code >= 48 && code <= 57 ? 'certain' : 'unsure'
}

const probeVersion = (bytes: Uint8Array, start: number, end: number): Probe => {
  const major = bytes[start + 4] ?? 0
  return hasLowerAt(bytes, start, end, 'sip/') && major >= 48 && major <= 57 ? 'unsure' : 'not-for-us'
}

/** A request line from behind its method: it must end in the version, and until its end was seen its URI must look like one of ours. */
const probeRequestLine = (bytes: Uint8Array, uri: number, end: number): Probe => {
  const limit = Math.min(end, uri + MAX_FIRST_LINE)
  const lineFeed = indexOfByte(bytes, LF, uri, limit)
  const stop = trimEnd(bytes, uri, lineFeed)
  if (stop - 9 >= uri && hasLowerAt(bytes, stop - 7, stop, VERSION) && bytes[stop - 8] === SPACE) {
    return 'certain'
  }
  if (lineFeed < limit)
    return stop - 9 >= uri && bytes[stop - 8] === SPACE ? probeVersion(bytes, stop - 7, stop) : 'not-for-us'
  return isSchemePrefix(bytes, uri, limit) ? 'unsure' : 'not-for-us'
}

/** Whether `bytes[start, end)` begins with a SIP message (or with the keep-alive of RFC 5626 §3.5.1: `unsure`). */
export const probeSip = (bytes: Uint8Array, start: number, end: number): Probe => {
  let first = start
  if (first < end && (bytes[first] === CR || bytes[first] === LF)) {
    first = skipSpace(bytes, first, Math.min(end, first + 16))
    if (first === end) return 'unsure'
  }
  if (first >= end || !isToken(bytes[first])) return 'not-for-us'
  const stop = tokenEnd(bytes, first, Math.min(end, first + MAX_METHOD))
  const next = bytes[stop]
  if (stop === end) return isMethodPrefix(bytes, first, end) ? 'unsure' : 'not-for-us'
  if (next === 47 && stop - first === 3) return probeStatusLine(bytes, first, end)
  if (next !== SPACE) return 'not-for-us'
  return probeRequestLine(bytes, skipSpace(bytes, stop, end), end)
}
