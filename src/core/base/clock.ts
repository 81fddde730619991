/** Time as the core knows it: a branded number of microseconds that somebody else's clock produced. */

declare const microsBrand: unique symbol

/** Microseconds since the Unix epoch (capture time) or since the engine's start (live monotonic time); exact up to 2^53. */
export type Micros = number & { readonly [microsBrand]: 'Micros' }

/** Brands a plain number as microseconds; the caller promises the unit. */
export const micros = (value: number): Micros => value as Micros

/** One second in microseconds. */
export const SECOND = 1_000_000

/** One millisecond in microseconds. */
export const MILLISECOND = 1_000
