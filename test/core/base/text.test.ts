import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeBase64 } from '../../../src/core/base/base64.ts'
import {
  decimalOf,
  flatText,
  hasAt,
  hexDigit,
  indexOfCode,
  skipBlanks,
  wordEnd,
} from '../../../src/core/base/text.ts'

describe('text scanners', () => {
  test.each([
    ['0', 0],
    ['0068', 68],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', Infinity],
    ['9'.repeat(1_000), Infinity],
    ['', -1],
    ['-1', -1],
    ['+1', -1],
    ['0x10', -1],
    ['1e9', -1],
    [' 1', -1],
    ['1 ', -1],
  ])('decimalOf %.20j is %d', (text, value) => {
    expect(decimalOf(text, 0, text.length)).toBe(value)
  })

  test('flatText copies, and marks a cut', () => {
    expect(flatText('abcdef', 1, 4)).toBe('bcd')
    expect(flatText('abcdef', 4, 99)).toBe('ef')
    expect(flatText('abcdef', 4, 2)).toBe('')
    expect(flatText('abcdef', 0, 6, 6)).toBe('abcdef')
    expect(flatText('abcdef', 0, 6, 4)).toBe('abc…')
    expect(flatText('x'.repeat(5_000), 0, 5_000)).toBe(`${'x'.repeat(127)}…`)
    expect(flatText('x'.repeat(5_000), 0, 5_000, 3_000)).toBe(`${'x'.repeat(2_999)}…`)
  })

  test('words, characters, digits', () => {
    expect([skipBlanks('a \t b', 1, 5), wordEnd('a \t b', 0, 5), wordEnd('abc', 0, 3)]).toEqual([4, 1, 3])
    expect([indexOfCode('a:b', 58, 0, 3), indexOfCode('a:b', 58, 2, 3)]).toEqual([1, 3])
    expect([hexDigit(0x46), hexDigit(0x66), hexDigit(0x39), hexDigit(0x47)]).toEqual([15, 15, 9, -1])
    expect([hasAt('aBC', 1, 3, 'bc'), hasAt('aBC', 1, 2, 'bc'), hasAt('aB@', 1, 3, 'b`')]).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe('decodeBase64', () => {
  test('agrees with node, with and without padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64')
        expect(decodeBase64(text, 0, text.length, 64)).toEqual(bytes)
        const bare = text.split('=').join('')
        expect(decodeBase64(`<${bare}>`, 1, 1 + bare.length, 64)).toEqual(bytes)
      }),
      { seed: 4648 },
    )
  })

  test.each(['', '=', 'A', 'AAAAA', 'AA=A', 'AA-_', 'AA AA', '====', 'é==='])('%j is none', (text) => {
    expect(decodeBase64(text, 0, text.length, 64)).toBeNull()
  })

  test('longer than the limit is none', () => {
    expect(decodeBase64('AAAA', 0, 4, 3)).toHaveLength(3)
    expect(decodeBase64('AAAA', 0, 4, 2)).toBeNull()
  })
})
