/**
 * The one encoder between text from the wire and a terminal or a log. What comes out moves no cursor, changes no mode, turns no direction,
 * hides nothing and is short. Reports keep the octets of SIP as latin-1; where they are well-formed UTF-8 (RFC 3261 §25.1) they are shown so.
 */
import { isCombining } from './display-width.ts'
import { isUnsafe } from './unsafe-characters.ts'

/** Longest text that is shown, in characters. */
const MAX_SHOWN = 512
/** So many marks may stand over one character; names have at most two. */
const MAX_MARKS = 2
const REPLACEMENT = '\ufffd'

/** A code point and how many UTF-16 units it took; what is not UTF-8 in disguise stands for itself. */
interface Step {
  code: number
  units: number
}

/** The text as it may be shown, cut to `limit` characters with an ellipsis. */
export const sanitise = (text: string, limit: number = MAX_SHOWN): string => {
  const step: Step = { code: 0, units: 1 }
  let shown = ''
  let count = 0
  let marks = 0
  for (let at = 0; at < text.length; at += step.units) {
    if (count >= limit) return `${shown}…`
    decodeStep(text, at, step)
    marks = isCombining(step.code) ? marks + 1 : 0
    if (marks > MAX_MARKS) continue
    shown += shownCharacter(step.code)
    count++
  }
  return shown
}

const shownCharacter = (code: number): string => {
  if (!isUnsafe(code)) return String.fromCodePoint(code)
  // The control pictures U+2400–U+2421 say which one it was, which is worth knowing in an attack.
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : REPLACEMENT
}

const decodeStep = (text: string, at: number, step: Step): void => {
  const lead = text.charCodeAt(at)
  if (lead >= 0xc2 && lead <= 0xf4) {
    const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
    const code = utf8At(text, at, length)
    if (code >= 0) {
      step.code = code
      step.units = length
      return
    }
  }
  step.code = text.codePointAt(at) ?? 0
  step.units = step.code > 0xffff ? 2 : 1
}

const SMALLEST = [0, 0, 0x80, 0x800, 0x10000]

/** Code point of `length` UTF-8 octets that stand as latin-1 at `at` (RFC 3629 §4), or -1. */
const utf8At = (text: string, at: number, length: number): number => {
  let code = text.charCodeAt(at) & (0x7f >> length)
  for (let i = 1; i < length; i++) {
    // Past the end this is NaN, which is no continuation octet.
    const octet = text.charCodeAt(at + i)
    if (!(octet >= 0x80 && octet <= 0xbf)) return -1
    code = code * 64 + (octet & 0x3f)
  }
  const isOverlong = code < (SMALLEST[length] as number)
  const isSurrogate = code >= 0xd800 && code <= 0xdfff
  return isOverlong || isSurrogate || code > 0x10ffff ? -1 : code
}

/** A report with every text in it as it may be shown: what draws it cannot forget one. Keys are the program's own. */
export const sanitiseReport = <Report>(report: Report): Report => shownValue(report) as Report

const shownValue = (value: unknown): unknown => {
  if (typeof value === 'string') return sanitise(value)
  if (Array.isArray(value)) return value.map(shownValue)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shownValue(inner)]))
}
