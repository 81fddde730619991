/** Holds a parser to time linear in its input, on a machine that may be slow or busy with other things. */
import { expect } from '@jest/globals'

const RUNS = 5

const bestOf = (run: () => void): number => {
  let best = Infinity
  for (let i = 0; i < RUNS; i++) {
    const begin = performance.now()
    run()
    best = Math.min(best, performance.now() - begin)
  }
  return best
}

/**
 * Expects `parse` of an input of `size` to take less than 50 ms, or, where the machine is too busy for that, less than eight times what a
 * quarter of the input takes (linear: four times; quadratic: sixteen).
 */
export const expectLinear = <T>(size: number, make: (size: number) => T, parse: (input: T) => void): void => {
  const whole = make(size)
  const time = bestOf(() => {
    parse(whole)
  })
  if (time < 50) return
  const quarter = make(Math.floor(size / 4))
  // A machine that is slow at one moment and fast at the next spoils a single ratio: the best of three counts.
  const ratios = [1, 2, 3].map(() => {
    const all = bestOf(() => {
      parse(whole)
    })
    const part = bestOf(() => {
      parse(quarter)
    })
    return all / part
  })
  expect(Math.min(...ratios)).toBeLessThan(8)
}
