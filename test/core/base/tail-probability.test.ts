import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { binomialTail, chiSquareTail, lnGamma, uniformTail } from '../../../src/core/base/tail-probability.ts'
import { exactBinomialTail, exactChiSquareTail } from '../../reference/payload-statistics.ts'
import { cipherNoise } from '../../tools/cipher-noise.ts'

const SEED = 20261123

describe('lnGamma', () => {
  test('is the factorial at whole numbers', () => {
    let factorial = 0
    for (let n = 1; n < 200; n++) {
      expect(Math.abs(lnGamma(n) - factorial)).toBeLessThan(1e-10 * Math.max(1, factorial))
      factorial += Math.log(n)
    }
  })

  test('is √π at a half', () => {
    expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12)
  })
})

describe('chiSquareTail', () => {
  test('equals the closed form of even degrees of freedom far into the tail', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 128 }),
        fc.double({ min: 0.1, max: 40, noNaN: true }),
        (half, times) => {
          const freedom = 2 * half
          const statistic = freedom + 3 + times * freedom
          const exact = exactChiSquareTail(statistic, freedom)
          expect(Math.abs(chiSquareTail(statistic, freedom) - exact)).toBeLessThan(1e-6 * Math.max(1, exact))
        },
      ),
      { seed: SEED, numRuns: 200 },
    )
  })

  // Tables of the chi-square distribution, upper 0.1 %.
  test.each([
    [15, 37.697],
    [255, 330.52],
  ])('%i degrees', (freedom, statistic) => {
    expect(chiSquareTail(statistic, freedom)).toBeCloseTo(3, 3)
  })

  test('finds no evidence in the body of the distribution', () => {
    expect(chiSquareTail(0, 15)).toBe(0)
    expect(chiSquareTail(15, 15)).toBe(0)
  })
})

describe('binomialTail', () => {
  test('never over-states the evidence, and by less than two decades under-states it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.nat(400),
        fc.constantFrom(0.5, 1 / 16),
        (trials, more, p) => {
          const successes = Math.min(trials, Math.ceil(trials * p) + more)
          const exact = exactBinomialTail(successes, trials, p)
          const bound = binomialTail(successes, trials, p)
          expect(bound).toBeLessThanOrEqual(exact + 1e-9)
          expect(bound).toBeGreaterThanOrEqual(exact - 2)
        },
      ),
      { seed: SEED, numRuns: 300 },
    )
  })

  test('all of n fair coins are n bits', () => {
    expect(binomialTail(50, 50, 0.5)).toBeCloseTo(50 * Math.log10(2), 9)
  })

  test.each([
    [0, 0],
    [25, 50],
    [3, 50],
  ])('%i of %i say nothing', (successes, trials) => {
    expect(binomialTail(successes, trials, 0.5)).toBe(0)
  })
})

describe('uniformTail', () => {
  test('draws that are uniform are as rare as it says, or rarer', () => {
    const noise = cipherNoise(SEED)
    const draws = 20_000
    for (const total of [80, 400]) {
      const reached = [0, 0, 0, 0]
      for (let i = 0; i < draws; i++) {
        const counts = new Int32Array(16)
        for (const byte of noise(total)) counts[byte & 15]!++
        const score = uniformTail(counts, total)
        for (let level = 1; level <= 3; level++) if (score >= level) reached[level]!++
      }
      expect(reached[1]! / draws).toBeLessThan(0.1)
      expect(reached[1]! / draws).toBeGreaterThan(0.05)
      expect(reached[2]! / draws).toBeLessThan(0.0115)
      expect(reached[3]! / draws).toBeLessThan(0.002)
    }
  })

  test('is silent on bins too thin for the law', () => {
    const counts = new Int32Array(16)
    counts[0] = 79
    expect(uniformTail(counts, 79)).toBe(0)
    counts[0] = 80
    expect(uniformTail(counts, 80)).toBeGreaterThan(50)
  })
})
