/** Every fuzz target for a short while, always the same inputs; `npm run fuzz` goes on with others for as long as you like. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { fuzz, type FuzzTarget } from './fuzz-target.ts'
import { mutate, randomOf } from './mutate.ts'

const TARGETS = join(import.meta.dirname, 'targets')
const RUNS = 1_000
const LIMIT = 250
const SEED = 1

const names = readdirSync(TARGETS).filter((name) => name.endsWith('.ts'))

describe('fuzz targets', () => {
  test.each(names)(
    '%s',
    async (name) => {
      const fuzzed = (await import(join(TARGETS, name))) as FuzzTarget
      expect(fuzzed.seeds.length).toBeGreaterThan(0)
      const options = { seed: SEED, runs: RUNS, limit: LIMIT, clock: () => performance.now() }
      expect(fuzz(fuzzed, options).failure).toBeNull()
    },
    60_000,
  )
})

describe('the fuzzer', () => {
  const seeds = [Uint8Array.of(1, 2, 3), Uint8Array.of(4)]
  const clock = (): number => 0

  test('finds a byte that hurts', () => {
    const target = (bytes: Uint8Array): void => {
      if (bytes.includes(0xff)) throw new Error('hurt')
    }
    const { failure } = fuzz({ target, seeds }, { seed: SEED, runs: 10_000, limit: Infinity, clock })
    expect(failure?.reason).toContain('hurt')
    expect(failure?.input).toContain(0xff)
  })
  test('finds what takes too long', () => {
    let time = 0
    const target = (bytes: Uint8Array): void => {
      time += bytes.length > 1_000 ? 300 : 1
    }
    const options = { seed: SEED, runs: 10_000, limit: LIMIT, clock: () => time }
    expect(fuzz({ target, seeds }, options).failure?.reason).toContain('three times')
  })
  test('does the same again for the same seed, and another thing for another', () => {
    const inputs = (seed: number): string[] => {
      const random = randomOf(seed)
      return Array.from({ length: 50 }, () => mutate(seeds, [Uint8Array.of(9, 9)], random).join())
    }
    expect(inputs(7)).toEqual(inputs(7))
    expect(inputs(7)).not.toEqual(inputs(8))
  })
})
