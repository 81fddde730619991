/** The times of a certificate as RFC 5280 §4.1.2.5 allows them: UTCTime and GeneralizedTime with seconds, in Zulu. */
import { DER, type DerElement } from './der.ts'

const ZULU = 0x5a

/** Pairs of digits: year without century, month, day, hour, minute, second; GeneralizedTime has the century before them. */
const PAIRS = 6
const GENERALIZED_PAIRS = 7
/** Least and most of month, day, hour, minute, second (a leap second is one). */
const RANGES: readonly (readonly [number, number])[] = [
  [1, 12],
  [1, 31],
  [0, 23],
  [0, 59],
  [0, 60],
]

/** Seconds since the epoch; 0 if it is no such time. */
export const timeOf = (der: Uint8Array, element: DerElement | undefined): number => {
  const general = element?.tag === DER.generalizedTime
  if (element === undefined || (!general && element.tag !== DER.utcTime)) return 0
  const pairs = pairsOf(der, element, general ? GENERALIZED_PAIRS : PAIRS)
  if (pairs === null) return 0
  const short = pairs[0] as number
  // RFC 5280 §4.1.2.5.1: 50 to 99 are of the last century.
  const year = general ? short * 100 + (pairs[1] as number) : short + (short < 50 ? 2000 : 1900)
  const parts = pairs.slice(general ? 2 : 1)
  if (!parts.every((part, i) => part >= (RANGES[i]?.[0] ?? 0) && part <= (RANGES[i]?.[1] ?? 0))) return 0
  const [month, day, hour, minute, second] = parts as [number, number, number, number, number]
  return ((daysBefore(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
}

/** Exactly `count` pairs of digits and a Z, or null. */
const pairsOf = (der: Uint8Array, { start, end }: DerElement, count: number): number[] | null => {
  if (end - start !== 2 * count + 1 || der[end - 1] !== ZULU) return null
  const pairs: number[] = []
  for (let at = start; at < end - 1; at += 2) {
    const tens = (der[at] as number) - 0x30
    const ones = (der[at + 1] as number) - 0x30
    if (tens < 0 || tens > 9 || ones < 0 || ones > 9) return null
    pairs.push(tens * 10 + ones)
  }
  return pairs
}

/** Days from 1970-01-01 in the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms"). */
const daysBefore = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return (
    era * 146097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719468
  )
}
