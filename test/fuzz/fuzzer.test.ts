/** The parts of the long fuzzer that need no build: mutations, and making a failure small. `npm run fuzz -- --prove` proves the whole. */
import { describe, expect, test } from '@jest/globals'
import { minimise } from './minimise.ts'
import { MAX_INPUT, mutate, randomOf } from './mutate.ts'

const SEED = 20261123

describe('mutate', () => {
  test('makes every byte, every length up to the limit, and keeps its sources', () => {
    const random = randomOf(SEED)
    const sources = [Uint8Array.of(1, 2, 3), new Uint8Array(300).fill(7)]
    const seen = new Set<number>()
    let longest = 0
    for (let run = 0; run < 20_000; run++) {
      const input = mutate(sources, [Uint8Array.of(9, 9)], random)
      longest = Math.max(longest, input.length)
      for (const byte of input.subarray(0, 64)) seen.add(byte)
    }
    expect(seen.size).toBe(256)
    expect(longest).toBeGreaterThan(1_000)
    expect(longest).toBeLessThanOrEqual(MAX_INPUT)
    expect(sources).toEqual([Uint8Array.of(1, 2, 3), new Uint8Array(300).fill(7)])
  })

  test('makes something from nothing', () => {
    const random = randomOf(SEED)
    expect(Array.from({ length: 200 }, () => mutate([], [], random)).some(({ length }) => length > 0)).toBe(
      true,
    )
  })
})

describe('minimise', () => {
  test('keeps only what fails', () => {
    const input = Uint8Array.from({ length: 500 }, (_, index) => index & 255)
    const small = minimise(input, (bytes) => bytes.includes(77) && bytes.includes(200))
    expect([...small].sort((a, b) => a - b)).toEqual([77, 200])
  })

  test('flattens bytes that do not matter', () => {
    const small = minimise(Uint8Array.of(1, 2, 3, 4), (bytes) => bytes.length === 4 && bytes[2] === 3)
    expect(small).toEqual(Uint8Array.of(0x30, 0x30, 3, 0x30))
  })

  test('shortens what a length in front counts', () => {
    const fails = (bytes: Uint8Array): boolean => bytes[0] === bytes.length - 1 && bytes.includes(9)
    const input = Uint8Array.from([40, ...new Array<number>(39).fill(5), 9])
    expect(minimise(input, fails)).toEqual(Uint8Array.of(1, 9))
  })

  test('asks no more often than it may', () => {
    let asked = 0
    minimise(new Uint8Array(5_000), () => (asked++, false), 100)
    expect(asked).toBe(100)
  })
})
