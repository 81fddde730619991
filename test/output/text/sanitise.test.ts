/** Nothing that comes out of the terminal's encoder can steer a terminal, whatever goes in. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sanitise, sanitiseReport, toJsonLine } from '../../../src/output/text/index.ts'
import { HOSTILE } from '../../fakes/reports.ts'

/** Written again, by Unicode's own properties, so that the two lists check each other. */
const STEERS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u

describe('sanitise', () => {
  test.each([
    ['ESC and what follows becomes text', HOSTILE.clearScreen, '␛[2J␛[Hgreen'],
    ['the window title is left alone', HOSTILE.title, '␛]0;owned␇'],
    ['an 8-bit CSI', HOSTILE.c1, '\ufffd31mred'],
    ['an 8-bit CSI that hides as UTF-8', HOSTILE.utf8C1, '\ufffd31mred'],
    ['right-to-left override', HOSTILE.rightToLeft, '\ufffdgnp.exe'],
    ['characters without width', HOSTILE.zeroWidth, 'al\ufffdice\ufffd\ufffd'],
    ['line ends of every kind', HOSTILE.lineEnds, 'a␍␊b\ufffdc\ufffdd'],
    ['a lone surrogate', HOSTILE.surrogate, 'x\ufffdy'],
    ['tag characters', HOSTILE.tags, '\ufffd\ufffd'],
    ['marks piled over a letter', HOSTILE.marks, 'e\u0301\u0301'],
    ['DEL', 'a\u007fb', 'a\u2421b'],
    ['bidi isolates', '\u2066x\u2069', '\ufffdx\ufffd'],
    [
      'UTF-8 that is kept as latin-1',
      'Zo\u00c3\u00ab \u00e6\u009d\u008e \u00f0\u009f\u0093\u009e',
      'Zoë 李 📞',
    ],
    ['latin-1 that is no UTF-8', 'Zo\u00eb \u00c3', 'Zoë Ã'],
    ['an overlong form', '\u00e0\u0080\u00af', 'à\ufffd¯'],
    ['a surrogate as UTF-8', '\u00ed\u00a0\u0080', 'í\u00a0\ufffd'],
    ['real Unicode from our own texts', '192.0.2.1 → •42 · 0,1 %…', '192.0.2.1 → •42 · 0,1 %…'],
  ])('%s', (_, hostile, shown) => {
    expect(sanitise(hostile)).toBe(shown)
  })

  test('a huge text is cut, with an ellipsis', () => {
    expect(sanitise(HOSTILE.huge)).toBe(`${'A'.repeat(512)}…`)
    expect(sanitise('abcdef', 3)).toBe('abc…')
    expect(sanitise('abc', 3)).toBe('abc')
  })

  test('no text whatever steers a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(sanitise(text)).not.toMatch(STEERS)
      }),
      { numRuns: 2000 },
    )
  })

  test('of all code points there are, none that steers comes through', () => {
    let steering = 0
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code)
      if (!STEERS.test(character)) continue
      steering++
      if (STEERS.test(sanitise(character))) throw new Error(`U+${code.toString(16)} comes through`)
    }
    expect(steering).toBeGreaterThan(6000)
  })

  test('in a report every text is cleaned, numbers and keys stay', () => {
    const report = { a: [HOSTILE.c1, { b: HOSTILE.tags }], n: 3, none: null, yes: true }
    expect(sanitiseReport(report)).toEqual({
      a: ['\ufffd31mred', { b: '\ufffd\ufffd' }],
      n: 3,
      none: null,
      yes: true,
    })
  })
})

describe('toJsonLine', () => {
  test('what steers is escaped and nothing is lost', () => {
    const line = toJsonLine(HOSTILE)
    expect(line).not.toMatch(STEERS)
    expect(line).toContain('\\u202e')
    expect(JSON.parse(line)).toEqual(HOSTILE)
  })

  test('any text survives the round trip on one safe line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const line = toJsonLine({ text })
        expect(line).not.toMatch(STEERS)
        expect(JSON.parse(line)).toEqual({ text })
      }),
      { numRuns: 2000 },
    )
  })
})
