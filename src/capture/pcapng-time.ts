/** pcapng times: a 64-bit count of units that each interface chooses, turned into exact microseconds without 64-bit arithmetic. */
import type { Micros } from '../core/index.ts'

const HIGH = 0x1_0000_0000
const SECOND = 1_000_000

/** How an interface counts time: `if_tsresol` and `if_tsoffset` (draft-ietf-opsawg-pcapng §4.2). */
export interface InterfaceClock {
  /** The unit is `base` to the minus `exponent` seconds. */
  readonly base: 2 | 10
  readonly exponent: number
  /** Seconds to add. */
  readonly offset: number
}

/** Without options: microseconds since 1970. */
export const DEFAULT_CLOCK: InterfaceClock = { base: 10, exponent: 6, offset: 0 }

/** The clock that the byte of `if_tsresol` describes: its top bit chooses powers of 2. */
export const parseResolution = (byte: number, offset: number): InterfaceClock => ({
  base: (byte & 0x80) !== 0 ? 2 : 10,
  exponent: byte & 0x7f,
  offset,
})

/** Microseconds of the count `high`·2^32 + `low`, rounded down and kept within what a number holds exactly. */
export const toMicros = (high: number, low: number, clock: InterfaceClock): Micros => {
  if (clock.base === 10 && clock.exponent === 6 && clock.offset === 0) return bounded(high * HIGH + low)
  const time =
    clock.base === 10 ? fromDecimal(high, low, clock.exponent) : fromBinary(high, low, clock.exponent)
  return bounded(time + clock.offset * SECOND)
}

const bounded = (value: number): Micros =>
  Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value)) as Micros

const fromDecimal = (high: number, low: number, exponent: number): number => {
  if (exponent <= 6) return (high * HIGH + low) * 10 ** (6 - exponent)
  // 2^32 = whole·divisor + rest, so the product never leaves the exact numbers for nanoseconds.
  const divisor = 10 ** (exponent - 6)
  const whole = Math.floor(HIGH / divisor)
  const rest = HIGH % divisor
  return high * whole + Math.floor((high * rest + low) / divisor)
}

const fromBinary = (high: number, low: number, exponent: number): number => {
  if (exponent <= 32) {
    const unit = 2 ** exponent
    const seconds = high * 2 ** (32 - exponent) + Math.floor(low / unit)
    return seconds * SECOND + Math.floor(((low % unit) * SECOND) / unit)
  }
  const unit = 2 ** (exponent - 32)
  const fraction = (high % unit) + low / HIGH
  return Math.floor(high / unit) * SECOND + Math.floor((fraction * SECOND) / unit)
}
