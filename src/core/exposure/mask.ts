/**
 * Numbers and names as the privacy setting lets them be shown. Masked is the default: of a number its last digits stay (three of seven or
 * more, two of three to six, one of two), of a name its first letter. The mask has a length of its own for names, so that it tells nothing.
 */
import { parseAddress } from '../base/ip-address.ts'
import type { Exposure } from './exposure.ts'
import { digitsIn, isNumber } from './party-text.ts'

/** `masked`: enough to tell two phones apart; `full`: as on the wire; `none`: nothing. */
export type PartiesMode = 'masked' | 'full' | 'none'

const DOT = '•'
const NAME_DOTS = DOT.repeat(3)

/** So many digits in a row stand in no address and no version: they are a number. */
const LONG_DIGITS = 5

/** Digits that stay of a number with so many. */
const shownDigits = (digits: number): number => {
  if (digits >= 7) return 3
  if (digits >= 3) return 2
  return digits - 1
}

/** Every digit but the last ones becomes a dot; separators stay, a `+` too. */
const maskNumber = (value: string): string => {
  const digits = digitsIn(value)
  let hidden = digits - shownDigits(digits)
  let masked = ''
  for (const character of value) {
    if (digitsIn(character) === 1 && hidden > 0) {
      masked += DOT
      hidden--
    } else masked += character
  }
  return masked
}

/** First letter and dots; of one with a host (`user@host`) the user is masked and the host stays, unless that is a number itself. */
const maskName = (value: string): string => {
  const at = value.lastIndexOf('@')
  if (at > 0) {
    const host = value.slice(at + 1)
    return `${maskParty(value.slice(0, at), 'masked')}@${isNumber(host) && parseAddress(host) === '' ? NAME_DOTS : host}`
  }
  const [first = ''] = value
  // A digit at the front would be the beginning of a number, not of a name.
  return value.length > first.length && digitsIn(first) === 0 ? `${first}${NAME_DOTS}` : NAME_DOTS
}

/** One number or name under a mode; the empty text stays empty. */
export const maskParty = (value: string, mode: PartiesMode): string => {
  if (mode === 'full' || value === '') return value
  if (mode === 'none') return ''
  return isNumber(value) ? maskNumber(value) : maskName(value)
}

/** Texts beside the parties that may repeat one: a host, a realm or a product name with a number in it. */
const hideParties = (text: string, parties: Exposure['parties'], mode: 'masked' | 'none'): string => {
  let hidden = text
  for (const { value } of parties) {
    if (digitsIn(value) < LONG_DIGITS || !isNumber(value) || !hidden.includes(value)) continue
    hidden = hidden.split(value).join(mode === 'none' ? NAME_DOTS : maskNumber(value))
  }
  return hidden
}

/** The exposure as it may be shown. Its counts are true in every mode. */
export const maskExposure = (exposure: Exposure, mode: PartiesMode): Exposure => {
  if (mode === 'full') return exposure
  const { parties } = exposure
  const hide = (text: string): string => hideParties(text, parties, mode)
  return {
    ...exposure,
    parties:
      mode === 'none' ? [] : parties.map(({ role, value }) => ({ role, value: maskParty(value, mode) })),
    authentications: exposure.authentications.map((row) => ({ ...row, realm: hide(row.realm) })),
    networkLayout: exposure.networkLayout.map(hide),
    userAgents: exposure.userAgents.map(hide),
  }
}
