/**
 * Phone configuration with SIP credentials, readable in HTTP or TFTP (finding provisioning-readable). One pass over the text; the value is
 * looked at only to see that it is there, and never kept.
 */
import { startsWithAscii } from '../../base/bytes.ts'
import { type ConfigurationForm, PASSWORD_PLACES, type PasswordPlace } from './provisioning-table.ts'

/** Configuration files are smaller; a stream of text that is larger is something else. */
const MAX_SCAN = 64 * 1024
const MAX_HEADER = 8 * 1024
/** How far a tag may reach before its `>`. */
const MAX_TAG = 128
const TFTP_DATA = 3
const TFTP_HEADER = 4

const LF = 10
const CR = 13
const QUOTE = 34
const STAR = 42
const LESS = 60
const EQUALS = 61
const GREATER = 62
const COLON = 58

const isBlank = (code: number): boolean => code === 32 || code === 9
const isLineEnd = (code: number): boolean => code === LF || code === CR
const fold = (code: number): number => (code >= 65 && code <= 90 ? code + 32 : code)

const skipBlanks = (bytes: Uint8Array, start: number, end: number): number => {
  let at = start
  while (at < end && isBlank(bytes[at] as number)) at++
  return at
}

/** Index behind the name at `at`, letters without case and `#` as digits; -1 if it is not there. */
const nameEnd = (bytes: Uint8Array, at: number, end: number, name: string): number => {
  let from = at
  for (let i = 0; i < name.length; i++) {
    const wanted = name.charCodeAt(i)
    if (wanted === 35) {
      const digits = from
      while (
        from < end &&
        from < digits + 4 &&
        (bytes[from] as number) >= 48 &&
        (bytes[from] as number) <= 57
      )
        from++
      if (from === digits) return -1
    } else if (from >= end || fold(bytes[from++] as number) !== fold(wanted)) return -1
  }
  return from
}

/** True if a value begins at `at`: something before the line, the quotes or the element end that is not only stars. */
const hasValue = (bytes: Uint8Array, start: number, end: number): boolean => {
  let at = skipBlanks(bytes, start, end)
  if (bytes[at] === QUOTE) at++
  while (at < end && bytes[at] === STAR) at++
  if (at >= end) return false
  const code = bytes[at] as number
  return !isLineEnd(code) && !isBlank(code) && code !== QUOTE && code !== LESS && code > 32
}

/** Index of the value behind the name that ends at `at`, -1 if the form is not kept. */
const VALUE_START: Readonly<
  Record<ConfigurationForm, (bytes: Uint8Array, at: number, end: number) => number>
> = {
  line: (bytes, at, end) => {
    // Snom marks permissions between name and colon: `user_pass1!: …`.
    const marked = ['!', '$', '&'].some((mark) => bytes[at] === mark.charCodeAt(0)) ? at + 1 : at
    const sign = skipBlanks(bytes, marked, end)
    return bytes[sign] === EQUALS || bytes[sign] === COLON ? sign + 1 : -1
  },
  attribute: (bytes, at) => (bytes[at] === EQUALS && bytes[at + 1] === QUOTE ? at + 1 : -1),
  element: (bytes, at, end) => {
    if (bytes[at] !== GREATER && !isBlank(bytes[at] as number)) return -1
    let close = at
    while (close < end && close < at + MAX_TAG && bytes[close] !== GREATER && bytes[close] !== LESS) close++
    return bytes[close] === GREATER && bytes[close - 1] !== 47 ? close + 1 : -1
  },
}

/** True if a name of this form may begin at `at`. */
const mayBegin = (bytes: Uint8Array, at: number, start: number, form: ConfigurationForm): boolean => {
  const before = at === start ? LF : (bytes[at - 1] as number)
  if (form === 'element') return before === LESS
  if (form === 'attribute') return isBlank(before) || isLineEnd(before)
  return isLineEnd(before) || (isBlank(before) && beginsLine(bytes, at, start))
}

/** Only a few blanks before `at` on its line. */
const beginsLine = (bytes: Uint8Array, at: number, start: number): boolean => {
  let from = at - 1
  while (from >= start && at - from <= 8 && isBlank(bytes[from] as number)) from--
  return from < start || isLineEnd(bytes[from] as number)
}

const standsAt = (
  bytes: Uint8Array,
  at: number,
  start: number,
  end: number,
  form: ConfigurationForm,
  name: string,
): boolean => {
  if (fold(bytes[at] as number) !== fold(name.charCodeAt(0)) || !mayBegin(bytes, at, start, form))
    return false
  const behind = nameEnd(bytes, at, end, name)
  if (behind < 0 || behind >= end) return false
  const value = VALUE_START[form](bytes, behind, end)
  return value >= 0 && hasValue(bytes, value, end)
}

const occurs = (
  bytes: Uint8Array,
  start: number,
  end: number,
  form: ConfigurationForm,
  name: string,
): boolean => {
  for (let at = start; at < end; at++) if (standsAt(bytes, at, start, end, form, name)) return true
  return false
}

/** By first letter, folded, so that most bytes cost one look-up. */
const BY_LETTER: readonly (readonly PasswordPlace[])[] = Array.from({ length: 256 }, (_, code) =>
  PASSWORD_PLACES.filter(({ name }) => fold(name.charCodeAt(0)) === fold(code)),
)

const hasPassword = (bytes: Uint8Array, start: number, end: number): boolean => {
  // A name that must stand beside is looked for once, however often the first one occurs.
  const lacking = new Set<PasswordPlace>()
  for (let at = start; at < end; at++) {
    for (const place of BY_LETTER[bytes[at] as number] as readonly PasswordPlace[]) {
      const { form, name, beside } = place
      if (lacking.has(place) || !standsAt(bytes, at, start, end, form, name)) continue
      if (beside === undefined || occurs(bytes, start, end, form, beside)) return true
      lacking.add(place)
    }
  }
  return false
}

/** Index of an HTTP response's body; -1 if it is no success, has no body here, or is a page for people. */
const httpBody = (bytes: Uint8Array, start: number, end: number): number => {
  if (bytes[start + 9] !== 50) return -1
  const limit = Math.min(end, start + MAX_HEADER)
  for (let at = start; at + 3 < limit; at++) {
    if (bytes[at] !== CR || bytes[at + 1] !== LF) continue
    if (bytes[at + 2] === CR && bytes[at + 3] === LF) return at + 4
    if (nameEnd(bytes, at + 2, end, 'content-type: text/html') >= 0) return -1
  }
  return -1
}

/**
 * Whether `bytes[start, end)` shows a phone's SIP password: an HTTP response (or a later piece of one), or a TFTP DATA packet
 * (RFC 1350 §5). Encrypted or compressed files do not match.
 */
export const probeProvisioning = (bytes: Uint8Array, start: number, end: number): boolean => {
  if (end - start < 8) return false
  let body = start
  if (bytes[start] === 0 && bytes[start + 1] === TFTP_DATA) body = start + TFTP_HEADER
  else if (startsWithAscii(bytes, start, end, 'HTTP/1.')) body = httpBody(bytes, start, end)
  if (body < 0 || body >= end) return false
  const first = bytes[body] as number
  const isText = (first >= 32 && first < 127) || first === 9 || isLineEnd(first) || first === 0xef
  return isText && hasPassword(bytes, body, Math.min(end, body + MAX_SCAN))
}
