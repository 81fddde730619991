/**
 * Scanners over the bytes of a SIP message (RFC 3261 §25). A folded line needs no unfolding: CR and LF count as white space inside a value.
 * All are linear and stay inside `[start, end)`.
 */
import { latin1 } from '../../base/bytes.ts'

/** A piece of the message: `bytes[start, end)`. */
export interface Range {
  readonly start: number
  readonly end: number
}

export const CR = 13
export const LF = 10
export const SPACE = 32
export const QUOTE = 34
export const COMMA = 44
export const COLON = 58
export const SEMICOLON = 59
export const LESS = 60
export const EQUALS = 61
export const GREATER = 62
export const QUESTION = 63
export const AT = 64
const BACKSLASH = 92
const TAB = 9

/** Characters of a token (RFC 3261 §25.1): methods, header names. */
const TOKEN = new Uint8Array(256)
for (const char of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~")
  TOKEN[char.charCodeAt(0)] = 1

/** True for a token character. */
export const isToken = (byte: number | undefined): boolean => TOKEN[byte ?? 0] === 1

/** True for linear white space, line ends of a fold included. */
export const isSpace = (byte: number | undefined): boolean =>
  byte === SPACE || byte === TAB || byte === CR || byte === LF

/** First index in `[start, end)` that is no white space, else `end`. */
export const skipSpace = (bytes: Uint8Array, start: number, end: number): number => {
  let at = start
  while (at < end && isSpace(bytes[at])) at++
  return at
}

/** One past the last byte of `[start, end)` that is no white space. */
export const trimEnd = (bytes: Uint8Array, start: number, end: number): number => {
  let stop = end
  while (stop > start && isSpace(bytes[stop - 1])) stop--
  return stop
}

/** Index of `byte` in `[start, end)`, else `end`. (`bytes.indexOf` would run on into the rest of a capture buffer.) */
export const indexOfByte = (bytes: Uint8Array, byte: number, start: number, end: number): number => {
  for (let at = start; at < end; at++) if (bytes[at] === byte) return at
  return end
}

/** First white space in `[start, end)`, else `end`. */
export const wordEnd = (bytes: Uint8Array, start: number, end: number): number => {
  let at = start
  while (at < end && !isSpace(bytes[at])) at++
  return at
}

/** First byte in `[start, end)` that is no token character, else `end`. */
export const tokenEnd = (bytes: Uint8Array, start: number, end: number): number => {
  let at = start
  while (at < end && isToken(bytes[at])) at++
  return at
}

/** True if `[start, end)` is exactly `lower` (ASCII, lower case) without regard to case. */
export const equalsLower = (bytes: Uint8Array, start: number, end: number, lower: string): boolean =>
  end - start === lower.length && hasLowerAt(bytes, start, end, lower)

/** True if `lower` (ASCII, lower case) stands at `at` without regard to case. */
export const hasLowerAt = (bytes: Uint8Array, at: number, end: number, lower: string): boolean => {
  if (end - at < lower.length) return false
  for (let i = 0; i < lower.length; i++) {
    const byte = bytes[at + i] ?? 0
    if ((byte >= 65 && byte <= 90 ? byte + 32 : byte) !== lower.charCodeAt(i)) return false
  }
  return true
}

/**
 * Unsigned decimal that fills `[start, end)`, or -1 (`0x10`, `1e9`, `-1`, empty …). Beyond 2^53 it gives Infinity: it never wraps, so
 * status 4294967301 is not 5.
 */
export const decimalAt = (bytes: Uint8Array, start: number, end: number): number => {
  if (start >= end) return -1
  let value = 0
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte < 48 || byte > 57) return -1
    value = value * 10 + (byte - 48)
    if (value > Number.MAX_SAFE_INTEGER) value = Infinity
  }
  return value
}

/** Index behind the quoted string that opens at `start`, or -1 if it never closes before `end`. */
export const quotedEnd = (bytes: Uint8Array, start: number, end: number): number => {
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at]
    if (byte === BACKSLASH) at++
    else if (byte === QUOTE) return at + 1
  }
  return -1
}

/** Trimmed text of `[start, end)`, folds as one space, at most `limit` characters. */
export const toText = (bytes: Uint8Array, start: number, end: number, limit = 128): string => {
  const from = skipSpace(bytes, start, end)
  const stop = trimEnd(bytes, from, end)
  const fold = indexOfByte(bytes, LF, from, Math.min(stop, from + limit))
  if (fold >= Math.min(stop, from + limit)) return latin1(bytes, from, stop, limit)
  const codes = new Uint8Array(limit + 1)
  let length = 0
  for (let at = from; at < stop && length <= limit; at++) {
    const next = skipSpace(bytes, at, stop)
    const byte = next > at ? SPACE : (bytes[at] ?? 0)
    at = Math.max(at, next - 1)
    codes[length++] = byte
  }
  return latin1(codes, 0, length, limit)
}

/** Text of a quoted string's inside `[start, end)` with the backslashes of its quoted pairs removed (RFC 3261 §25.1). */
export const toUnquotedText = (bytes: Uint8Array, start: number, end: number, limit = 128): string => {
  const codes = new Uint8Array(limit + 1)
  let length = 0
  for (let at = start; at < end && length <= limit; at++) {
    if (bytes[at] === BACKSLASH && at + 1 < end) at++
    codes[length++] = bytes[at] ?? 0
  }
  return toText(codes, 0, length, limit)
}

/** A value without the quotes around it, if it has any. */
export const toValueText = (bytes: Uint8Array, value: Range, limit = 128): string =>
  value.start < value.end && bytes[value.start] === QUOTE
    ? toUnquotedText(bytes, value.start + 1, value.end - (bytes[value.end - 1] === QUOTE ? 1 : 0), limit)
    : toText(bytes, value.start, value.end, limit)

/**
 * Calls `visit` with each non-empty element of `[start, end)` between `separator`s that stand outside quotes and angle brackets, trimmed.
 * False if a quote never closes: from there on quotes are ignored, so that one stray quote does not swallow the rest.
 */
export const eachElement = (
  bytes: Uint8Array,
  start: number,
  end: number,
  separator: number,
  visit: (start: number, end: number) => void,
): boolean => {
  let balanced = true
  let inBrackets = false
  let from = start
  const flush = (stop: number): void => {
    const first = skipSpace(bytes, from, stop)
    const last = trimEnd(bytes, first, stop)
    if (last > first) visit(first, last)
    from = stop + 1
  }
  for (let at = start; at < end; at++) {
    const byte = bytes[at]
    if (byte === QUOTE && balanced && !inBrackets) {
      const close = quotedEnd(bytes, at, end)
      if (close < 0) balanced = false
      else at = close - 1
    } else if (byte === LESS) inBrackets = true
    else if (byte === GREATER) inBrackets = false
    else if (byte === separator && !inBrackets) flush(at)
  }
  flush(end)
  return balanced
}

/** Visits each `name[=value]` of a parameter list; ranges are trimmed, a quoted value keeps its quotes; no value is an empty range. */
export const eachParameter = (
  bytes: Uint8Array,
  start: number,
  end: number,
  separator: number,
  visit: (name: Range, value: Range) => void,
): boolean =>
  eachElement(bytes, start, end, separator, (from, stop) => {
    const equals = indexOfByte(bytes, EQUALS, from, stop)
    const valueStart = skipSpace(bytes, Math.min(equals + 1, stop), stop)
    visit({ start: from, end: trimEnd(bytes, from, equals) }, { start: valueStart, end: stop })
  })

/** Value of the first parameter `lower` in the `;`-separated list, null if it is not there. */
export const findParameter = (bytes: Uint8Array, start: number, end: number, lower: string): Range | null => {
  let found: Range | null = null
  eachParameter(bytes, start, end, SEMICOLON, (name, value) => {
    if (found === null && equalsLower(bytes, name.start, name.end, lower)) found = value
  })
  return found
}

/** Text of `[start, end)` in lower case, at most 64 characters: for names that are looked up. */
export const latinLower = (bytes: Uint8Array, start: number, end: number): string =>
  latin1(bytes, start, end, 64).toLowerCase()
