/** ISO time against the platform's own calendar. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { micros, SECOND } from '../../../src/core/base/clock.ts'
import { formatIsoTime } from '../../../src/core/base/iso-time.ts'

const twin = (at: number): string => {
  const seconds = Math.floor(at / SECOND)
  const rest = String(at - seconds * SECOND).padStart(6, '0')
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${rest}Z`
}

describe('formatIsoTime', () => {
  test.each([
    [0, '1970-01-01T00:00:00.000000Z'],
    [1_795_341_600_000_001, '2026-11-22T10:00:00.000001Z'],
    [951_782_400 * SECOND, '2000-02-29T00:00:00.000000Z'],
    [4_107_542_400 * SECOND, '2100-03-01T00:00:00.000000Z'],
    [1_709_164_800 * SECOND - 1, '2024-02-28T23:59:59.999999Z'],
  ])('%d', (at, text) => {
    expect(formatIsoTime(micros(at))).toBe(text)
    expect(formatIsoTime(micros(at))).toBe(twin(at))
  })

  test('every day of 400 years', () => {
    for (let day = 0; day < 146_097; day++) {
      const at = day * 86_400 * SECOND
      if (formatIsoTime(micros(at)) !== twin(at)) expect(formatIsoTime(micros(at))).toBe(twin(at))
    }
  })

  test('any microsecond until 2^53', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (at) => {
        expect(formatIsoTime(micros(at))).toBe(twin(at))
      }),
      { seed: 20_261_122, numRuns: 2_000 },
    )
  })

  test('nonsense is clamped', () => {
    expect(formatIsoTime(micros(-5))).toBe('1970-01-01T00:00:00.000000Z')
    expect(formatIsoTime(micros(Number.NaN))).toBe('1970-01-01T00:00:00.000000Z')
    expect(formatIsoTime(micros(Infinity)).slice(0, 19)).toBe('9999-12-31T23:59:59')
    // The end that certificates without an end have (RFC 5280 §4.1.2.5).
    expect(formatIsoTime(micros(253_402_300_799 * SECOND))).toBe('9999-12-31T23:59:59.000000Z')
    expect(formatIsoTime(micros(1.5))).toBe('1970-01-01T00:00:00.000001Z')
  })
})
