/** Time as ISO 8601 text (UTC) by calendar arithmetic of its own: the core has no Date. */
import { SECOND, type Micros } from './clock.ts'

const DAY = 86_400
/** Days from 0000-03-01 to 1970-01-01 in the proleptic Gregorian calendar. */
const DAYS_TO_EPOCH = 719_468
/** Days of 400 years, after which the calendar repeats. */
const DAYS_OF_ERA = 146_097
/** 9999-12-31T23:59:59Z in seconds: beyond it ISO 8601 needs more digits than four for the year. */
const LAST = 253_402_300_799

const padded = (value: number, digits: number): string => value.toString().padStart(digits, '0')

/** Year, month and day of a day number since 1970-01-01. Years begin in March, so that the leap day is the last (H. Hinnant, civil_from_days). */
const civilOf = (day: number): { readonly year: number; readonly month: number; readonly day: number } => {
  const shifted = day + DAYS_TO_EPOCH
  const era = Math.floor(shifted / DAYS_OF_ERA)
  const dayOfEra = shifted - era * DAYS_OF_ERA
  const leapless =
    dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor(leapless / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  }
}

/**
 * `2026-11-22T10:00:00.000000Z` for microseconds since the epoch. What lies outside the years 1970 to 9999, or is no number, is clamped;
 * beyond 2^53 a number has no single microseconds, and none are written.
 */
export const formatIsoTime = (at: Micros): string => {
  const whole = Number.isNaN(at) ? 0 : Math.max(0, Math.floor(at))
  const seconds = Math.min(LAST, Math.floor(whole / SECOND))
  const fraction = Number.isSafeInteger(whole) ? whole % SECOND : 0
  const { year, month, day } = civilOf(Math.floor(seconds / DAY))
  const second = seconds % DAY
  const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`
  const time = `${padded(Math.floor(second / 3600), 2)}:${padded(Math.floor(second / 60) % 60, 2)}:${padded(second % 60, 2)}`
  return `${date}T${time}.${padded(fraction, 6)}Z`
}
