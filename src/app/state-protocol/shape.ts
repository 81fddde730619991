/**
 * Small validators for values out of JSON that a hostile process wrote: a shape says whether a value is exactly what a type says, with no key
 * missing and none too many. Made of tables that the compiler holds against the types, so that neither can change alone.
 */

/** True if the value is a T. */
export type Shape<T> = (value: unknown) => value is T

/** A line is no longer than this, so a text in it is not either. */
const MAX_TEXT = 65_536

/** A text of at most `limit` UTF-16 units, and at least `least`. */
export const text =
  (limit: number = MAX_TEXT, least = 0): Shape<string> =>
  (value): value is string =>
    typeof value === 'string' && value.length >= least && value.length <= limit

/** One of the keys of the table. */
export const choice = <T extends string>(table: Readonly<Record<T, true>>): Shape<T> => {
  const members: ReadonlySet<unknown> = new Set(Object.keys(table))
  return (value): value is T => members.has(value)
}

/** One of a list. */
export const oneOf = <T extends string>(members: readonly T[]): Shape<T> => {
  const known: ReadonlySet<unknown> = new Set(members)
  return (value): value is T => known.has(value)
}

/** Exactly this. */
export const only =
  <const T extends string>(expected: T): Shape<T> =>
  (value): value is T =>
    value === expected

/** A whole number of at least `least`, exact. */
export const whole =
  (least: number, most: number = Number.MAX_SAFE_INTEGER): Shape<number> =>
  (value): value is number =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most

/** A whole number that counts something. */
export const count: Shape<number> = whole(0)

/** A finite number that is not negative. */
export const amount: Shape<number> = (value): value is number =>
  typeof value === 'number' && value >= 0 && value < Infinity

export const flag: Shape<boolean> = (value): value is boolean => typeof value === 'boolean'

export const nullOr =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value): value is T | null =>
    value === null || shape(value)

/** At most `limit` of them; a line bounds it anyway. */
export const listOf =
  <T>(shape: Shape<T>, limit: number = MAX_TEXT): Shape<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.length <= limit && value.every(shape)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Exactly these keys, each of its shape. */
export const record = <T extends object>(fields: {
  readonly [K in keyof T]-?: Shape<T[K]>
}): Shape<T> => {
  const rows = Object.entries<Shape<unknown>>(fields)
  return (value): value is T =>
    isObject(value) &&
    Object.keys(value).length === rows.length &&
    rows.every(([key, shape]) => Object.hasOwn(value, key) && shape(value[key]))
}

const isLetter = (code: number): boolean => (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)

/** A digit, a hyphen or an underscore. */
const isOther = (code: number): boolean => (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x5f

/** Letters, and behind the first digits, hyphens and underscores: nothing like it that objects inherit does harm as a key of their own. */
const isName = (name: string): boolean => {
  if (name.length === 0 || name.length > 64) return false
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at)
    if (!isLetter(code) && (at === 0 || !isOther(code))) return false
  }
  return true
}

const MAX_NAMES = 512

/** Counts by name. */
export const countsByName: Shape<Readonly<Record<string, number>>> = (
  value,
): value is Readonly<Record<string, number>> => {
  if (!isObject(value)) return false
  const rows = Object.entries(value)
  return rows.length <= MAX_NAMES && rows.every(([name, number]) => isName(name) && count(number))
}
