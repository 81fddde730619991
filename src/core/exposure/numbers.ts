/** How many different extensions and outside numbers were readable. */
import type { Exposure } from './exposure.ts'
import { digitsIn, isExtension, isExternal } from './party-text.ts'

/** `+44 7700 900123` and `+447700900123` are one number. */
const digitsOf = (text: string): string => {
  let digits = ''
  for (const character of text) if (digitsIn(character) === 1) digits += character
  return digits
}

const countOf = (parties: Exposure['parties'], is: (text: string) => boolean): number =>
  new Set(parties.filter(({ value }) => is(value)).map(({ value }) => digitsOf(value))).size

/** Different numbers of at most six digits. */
export const extensionNumbersOf = (parties: Exposure['parties']): number => countOf(parties, isExtension)

/** Different longer numbers, or ones with a prefix to the outside. */
export const externalNumbersOf = (parties: Exposure['parties']): number => countOf(parties, isExternal)
