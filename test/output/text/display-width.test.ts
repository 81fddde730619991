import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fit, truncate, widthOf, wrap } from '../../../src/output/text/index.ts'

describe('cells of a terminal', () => {
  test.each([
    ['abc', 3],
    ['李四', 4],
    ['e\u0301', 1],
    ['📞', 2],
    ['→ •42', 5],
    ['', 0],
  ])('%s takes %i', (text, width) => {
    expect(widthOf(text)).toBe(width)
  })

  test('cutting never splits a wide character', () => {
    expect(truncate('李四王五', 5)).toBe('李四…')
    expect(truncate('李四王五', 4)).toBe('李…')
    expect(truncate('abc', 3)).toBe('abc')
    expect(truncate('abc', 0)).toBe('')
    expect(fit('李四王五', 4)).toBe('李… ')
  })

  test('wrapping breaks at spaces, and long words where it must', () => {
    expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four'])
    expect(wrap('a 0123456789abcdef b', 10)).toEqual(['a', '0123456789', 'abcdef b'])
    expect(wrap('', 10)).toEqual([''])
  })

  test('whatever the text: no line is too wide, and no character is lost', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 120 }), fc.integer({ min: 8, max: 40 }), (text, width) => {
        const lines = wrap(text, width)
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
        expect(widthOf(fit(text, width))).toBe(width)
      }),
    )
  })
})
