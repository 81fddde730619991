/**
 * SRTP keys that stand outside a session description: in INFO and MESSAGE bodies, in XML and JSON, in rtpengine's control protocol, in HEP
 * copies of SIP. Whatever carries them, the a=crypto line looks the same (RFC 4568 §9.1).
 */
import { latin1, startsWithAscii } from '../../base/bytes.ts'
import { type CryptoAttribute, parseCryptoAttribute } from '../sdp/index.ts'
import { MAX_MESSAGE } from './constants.ts'
import { indexOfByte } from './scan.ts'

/** Keys taken from one text. */
const MAX_KEYS = 16
/** Attribute lines looked at, so that a text made of nothing else stays cheap. */
const MAX_LINES = 64
/** Longest crypto attribute value that is read. */
const MAX_VALUE = 1_024
const ATTRIBUTE = 'a=crypto:'
const LETTER_A = 97
/** What ends the attribute when it is embedded: line ends, JSON's quote and backslash, XML's bracket and entity. */
const STOPS: ReadonlySet<number> = new Set([10, 13, 34, 38, 60, 92])

const valueEnd = (text: string, start: number): number => {
  const limit = Math.min(text.length, start + MAX_VALUE)
  let at = start
  while (at < limit && !STOPS.has(text.charCodeAt(at))) at++
  return at
}

const ignore = (): void => undefined

/** The crypto attributes that stand anywhere in `text` (latin-1), at most 16; unusable ones have an empty key, as in a description. */
export const findKeyLines = (text: string): CryptoAttribute[] => {
  const found: CryptoAttribute[] = []
  let at = text.indexOf(ATTRIBUTE)
  for (let line = 0; at >= 0 && line < MAX_LINES && found.length < MAX_KEYS; line++) {
    const start = at + ATTRIBUTE.length
    const end = valueEnd(text, start)
    found.push(...parseCryptoAttribute(text, start, end, MAX_KEYS - found.length, ignore))
    at = text.indexOf(ATTRIBUTE, end)
  }
  return found
}

/**
 * Whether a datagram or piece of a stream that is no SIP has an a=crypto line in it (rtpengine ng, HEP, XML over HTTP …). One pass over the
 * bytes, at most 64 KiB; if true, `findKeyLines(latin1(bytes, start, end))` reads the keys.
 */
export const probeKeysOutsideSip = (bytes: Uint8Array, start: number, end: number): boolean => {
  const stop = Math.min(end, start + MAX_MESSAGE)
  for (let at = start; at < stop; at++) {
    at = indexOfByte(bytes, LETTER_A, at, stop)
    if (startsWithAscii(bytes, at, stop, ATTRIBUTE)) return true
  }
  return false
}

/** `findKeyLines` for bytes: nothing is copied unless there is a key line. */
export const findKeysOutsideSip = (bytes: Uint8Array, start: number, end: number): CryptoAttribute[] =>
  probeKeysOutsideSip(bytes, start, end)
    ? findKeyLines(latin1(bytes, start, Math.min(end, start + MAX_MESSAGE)))
    : []
