/** The number or name in a SIP address as people know it, and what kind of text it is. */
import { hexDigit, isDigit } from '../base/text.ts'
import type { LegFacts } from '../call/index.ts'

type Address = NonNullable<LegFacts['from']>

/** Signs that stand between digits of a written number (RFC 3966 §3: visual separators, `+`; `*` and `#` of feature codes). */
const NUMBER_SIGNS = '+-.() *#'

/** At most so many digits are an extension of the house; more, or a leading `+` or `00`, are a number outside. */
const EXTENSION_DIGITS = 6

/** The user part without escapes (RFC 3261 §19.1.2) and without parameters (RFC 3966 §5); empty if there is none. */
export const userOf = (address: Address): string => {
  const end = address.user.indexOf(';')
  const user = end < 0 ? address.user : address.user.slice(0, end)
  let text = ''
  for (let at = 0; at < user.length; at++) {
    const high = user.charCodeAt(at) === 37 ? hexDigit(user.charCodeAt(at + 1)) : -1
    const low = high < 0 ? -1 : hexDigit(user.charCodeAt(at + 2))
    if (low < 0) text += user.charAt(at)
    else {
      text += String.fromCharCode(high * 16 + low)
      at += 2
    }
  }
  return text
}

/** How many digits the text has. */
export const digitsIn = (text: string): number => {
  let digits = 0
  for (let at = 0; at < text.length; at++) if (isDigit(text.charCodeAt(at))) digits++
  return digits
}

/** True if the text is a telephone number as dialled or written: digits and their separators only. */
export const isNumber = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    if (!isDigit(text.charCodeAt(at)) && !NUMBER_SIGNS.includes(text.charAt(at))) return false
  }
  return digitsIn(text) > 0
}

/** A number of at most six digits without a prefix to the outside. */
export const isExtension = (text: string): boolean =>
  isNumber(text) && !text.startsWith('+') && !text.startsWith('00') && digitsIn(text) <= EXTENSION_DIGITS

/** Any other number. */
export const isExternal = (text: string): boolean => isNumber(text) && !isExtension(text)
