/**
 * Small scanners over latin-1 text from the wire: no regular expression, linear, and what they return is a flat copy. A plain `slice` would
 * keep the whole text that it was cut from alive (V8's sliced strings), so nothing that outlives a message may be a slice.
 */

const CHUNK = 1024

/** Flat copy of `text[start, end)` cut to `limit` characters (an ellipsis marks the cut). */
export const flatText = (text: string, start: number, end: number, limit = 128): string => {
  const whole = Math.min(end, text.length)
  const cut = whole - start > limit
  const stop = cut ? start + limit - 1 : whole
  let copy = ''
  for (let at = start; at < stop; at += CHUNK) {
    const codes: number[] = []
    for (let i = at; i < stop && i < at + CHUNK; i++) codes.push(text.charCodeAt(i))
    if (cut && at + CHUNK >= stop) codes.push(0x2026)
    copy += String.fromCharCode.apply(null, codes)
  }
  return copy
}

/** True for 0–9. */
export const isDigit = (code: number): boolean => code >= 48 && code <= 57

/** True for space and horizontal tab. */
export const isBlank = (code: number): boolean => code === 32 || code === 9

/** First index in `[start, end)` that is no blank, else `end`. */
export const skipBlanks = (text: string, start: number, end: number): number => {
  let at = start
  while (at < end && isBlank(text.charCodeAt(at))) at++
  return at
}

/** First index in `[start, end)` that is a blank, else `end`. */
export const wordEnd = (text: string, start: number, end: number): number => {
  let at = start
  while (at < end && !isBlank(text.charCodeAt(at))) at++
  return at
}

/** Index of `code` in `[start, end)`, else `end`. */
export const indexOfCode = (text: string, code: number, start: number, end: number): number => {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === code) return at
  return end
}

/**
 * Unsigned decimal number that fills `[start, end)`, or -1 if anything else stands there. Never `Number(text)`: that would read `0x10`,
 * `1e9` and the empty text as numbers. Above 2^53 it gives Infinity.
 */
export const decimalOf = (text: string, start: number, end: number): number => {
  if (start >= end) return -1
  let value = 0
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if (!isDigit(code)) return -1
    value = value * 10 + (code - 48)
    if (value > Number.MAX_SAFE_INTEGER) value = Infinity
  }
  return value
}

/** Value of a hexadecimal digit, or -1. */
export const hexDigit = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 102) return code - 87
  if (code >= 65 && code <= 70) return code - 55
  return -1
}

/** True if `text` has `lower` (ASCII, lower case) at `at`, letters compared without case. */
export const hasAt = (text: string, at: number, end: number, lower: string): boolean => {
  if (end - at < lower.length) return false
  for (let i = 0; i < lower.length; i++) {
    const code = text.charCodeAt(at + i)
    const folded = code >= 65 && code <= 90 ? code + 32 : code
    if (folded !== lower.charCodeAt(i)) return false
  }
  return true
}
