import { describe, expect, test } from '@jest/globals'
import { EXIT_CODES, heaviest } from '../../src/app/exit-codes.ts'
import { wantsColour, widthOfOutput } from '../../src/app/terminal.ts'
import { ReadVerdict } from '../../src/app/read/read-verdict.ts'
import { toDemoOptions } from '../../src/app/demo/demo-options.ts'
import { exposedCall, finding, protectedCall, summary, undeterminedCall } from '../fakes/reports.ts'

describe('where it writes', () => {
  test.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{}, {}, false],
  ])('colour on %j with %j: %j', (output, environment, colour) => {
    expect(wantsColour(output, environment)).toBe(colour)
  })

  test.each([
    [{ columns: 132 }, {}, 132],
    [{ columns: 132 }, { COLUMNS: '90' }, 132],
    [{}, { COLUMNS: '90' }, 90],
    [{}, { COLUMNS: 'wide' }, 80],
    [{}, {}, 80],
    [{ columns: 9 }, {}, 40],
    [{ columns: 9999 }, {}, 240],
  ])('width of %j with %j: %i', (output, environment, width) => {
    expect(widthOfOutput(output, environment)).toBe(width)
  })
})

describe('exit codes', () => {
  test('the heaviest of several files', () => {
    expect(heaviest([])).toBe('allProtected')
    expect(heaviest(['allProtected', 'cannotTell', 'findings'])).toBe('findings')
    expect(heaviest(['findings', 'damagedInput'])).toBe('damagedInput')
    expect(heaviest(['damagedInput', 'noInput', 'findings'])).toBe('noInput')
  })

  test('1 is not among them, and none stands twice', () => {
    const codes = Object.values(EXIT_CODES).map(({ code }) => code)
    expect(codes).not.toContain(1)
    expect(new Set(codes).size).toBe(codes.length)
  })

  const quiet = summary({ findings: [], counters: { ...summary().counters, unjudged: {} } })

  test.each([
    ['no call', [], quiet, 'allProtected'],
    ['all protected', [protectedCall(), protectedCall()], quiet, 'allProtected'],
    ['one open among them', [protectedCall(), exposedCall(), undeterminedCall()], quiet, 'findings'],
    ['one weak', [protectedCall({ grade: 'weak' })], quiet, 'findings'],
    ['one metadata-exposed', [protectedCall({ grade: 'metadata-exposed' })], quiet, 'findings'],
    ['one undetermined', [protectedCall(), undeterminedCall()], quiet, 'cannotTell'],
    ['no call, passwords on the wire', [], summary({ findings: [finding()] }), 'findings'],
    ['no call, telephony that is not judged', [], summary({ findings: [] }), 'cannotTell'],
    [
      'a note about the wire is none',
      [],
      { ...quiet, findings: [finding({ severity: 'info' })] },
      'allProtected',
    ],
  ])('%s', (_, calls, last, exit) => {
    const verdict = new ReadVerdict()
    for (const call of calls) verdict.onCall(call)
    expect(verdict.toExit(last)).toBe(exit)
  })
})

describe('options of the demo', () => {
  test('speeds', () => {
    expect(toDemoOptions({})).toEqual({ speed: null, loop: false })
    expect(toDemoOptions({ fast: true, loop: true })).toEqual({ speed: Infinity, loop: true })
    expect(toDemoOptions({ speed: '2.5' })).toEqual({ speed: 2.5, loop: false })
    for (const speed of ['0', '-1', 'x', '', ' ', '1e9', 'NaN', 'Infinity']) {
      expect(() => toDemoOptions({ speed })).toThrow('--speed needs a number')
    }
  })
})
