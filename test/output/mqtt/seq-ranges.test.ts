/** Ranges against a plain set of numbers. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { SeqRanges } from '../../../src/output/mqtt/seq-ranges.ts'

const spans = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 6 })), {
  maxLength: 25,
})

describe('ranges of done records', () => {
  test('are what a set of numbers is', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 0, max: 70 }), (added, cursor) => {
        const ranges = new SeqRanges()
        const set = new Set<number>()
        for (const [from, length] of added) {
          ranges.add(from, from + length)
          for (let seq = from; seq <= from + length; seq++) set.add(seq)
        }
        for (let seq = 1; seq <= 70; seq++) expect(ranges.endOf(seq) !== null).toBe(set.has(seq))
        for (const [i, { from, to }] of ranges.all.entries()) {
          expect(from).toBeLessThanOrEqual(to)
          // Ranges that touch would be one.
          expect(from).toBeGreaterThan((ranges.all[i - 1]?.to ?? -1) + 1)
        }
        const lowest = Math.min(...[...set].filter((seq) => seq > cursor), Infinity)
        if (!set.has(cursor)) expect(ranges.nextFrom(cursor + 1)).toBe(lowest)
        let end = cursor
        while (set.has(end + 1)) end++
        // Below the cursor everything is done.
        if ([...set].every((seq) => seq > cursor)) expect(ranges.advance(cursor)).toBe(end)
      }),
      { numRuns: 300 },
    )
  })

  test('there are never more than 64: the highest is forgotten', () => {
    const ranges = new SeqRanges()
    for (let i = 1; i <= 100; i++) ranges.add(i * 10, i * 10)
    expect(ranges.all).toHaveLength(64)
    expect(ranges.all[0]).toEqual({ from: 10, to: 10 })
  })
})
