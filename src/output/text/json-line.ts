/** A value as one line of JSON that is safe to look at in a terminal: nothing is lost, characters that could do harm stand as \uXXXX. */
import { isUnsafe } from './unsafe-characters.ts'

/** One character class, so it takes one pass whatever the text. */
const BEYOND_ASCII = /[^ -~]/

/** Without line end. Only texts hold such characters, and in a text the escape means the same (RFC 8259 §7). */
export const toJsonLine = (value: unknown): string => {
  const json = JSON.stringify(value)
  if (!BEYOND_ASCII.test(json)) return json
  let line = ''
  let from = 0
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at)
    if (unit < 0x7f) continue
    const code = json.codePointAt(at) ?? 0
    const units = code > 0xffff ? 2 : 1
    if (isUnsafe(code)) {
      line += json.slice(from, at) + escapeUnits(json, at, units)
      from = at + units
    }
    at += units - 1
  }
  return line + json.slice(from)
}

const escapeUnits = (text: string, at: number, units: number): string => {
  let escaped = ''
  for (let i = at; i < at + units; i++) {
    escaped += `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`
  }
  return escaped
}
