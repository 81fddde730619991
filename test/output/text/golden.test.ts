/** The pages of `callseal read` as a person sees them. They are files in test/output/golden; see test/tools/golden.ts. */
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import {
  CallTable,
  COLOURED,
  explainCall,
  PLAIN,
  renderSummary,
  widthOf,
  type Page,
} from '../../../src/output/text/index.ts'
import {
  exposedCall,
  hostileCall,
  phone,
  protectedCall,
  summary,
  undeterminedCall,
} from '../../fakes/reports.ts'
import { expectGolden } from '../../tools/golden.ts'

const GOLDEN = join(import.meta.dirname, '..', 'golden')
const CALLS = [exposedCall(), protectedCall(), undeterminedCall()]

const tableOf = (calls: typeof CALLS, page: Page): string => {
  const table = new CallTable(page)
  const parts = calls.map((call) => table.add(call))
  return parts.join('') + table.end()
}

const summaryOf = (page: Page): string =>
  renderSummary(summary(), [phone()], ['damaged at byte 1,234: it ends in the middle of a record'], page)

const expectToFit = (text: string, width: number): void => {
  for (const line of text.split('\n')) expect(`${widthOf(line) <= width} ${line}`).toBe(`true ${line}`)
}

describe.each([80, 120])('at %i columns', (width) => {
  const page = { width, paint: PLAIN }

  test('the table and its summary', () => {
    const text = `${tableOf(CALLS, page)}\n${summaryOf(page)}`
    expectToFit(text, width)
    expectGolden(join(GOLDEN, `read-${width}.txt`), text)
  })

  test('one call explained', () => {
    const text = CALLS.map((call) => explainCall(call, page)).join('\n')
    expectToFit(text, width)
    expectGolden(join(GOLDEN, `explain-${width}.txt`), text)
  })
})

describe('whatever stands in a report', () => {
  test.each([40, 80, 120, 240])(
    'at %i columns no line is too wide and nothing steers the terminal',
    (width) => {
      const page = { width, paint: PLAIN }
      const calls = [hostileCall(), ...CALLS]
      const text = tableOf(calls, page) + calls.map((call) => explainCall(call, page)).join('')
      // eslint-disable-next-line no-control-regex
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u200b]/)
      if (width >= 80) expectToFit(text, width)
    },
  )

  test('it looks like this', () => {
    const page = { width: 80, paint: PLAIN }
    expectGolden(
      join(GOLDEN, 'hostile-80.txt'),
      tableOf([hostileCall()], page) + explainCall(hostileCall(), page),
    )
  })
})

describe('colours', () => {
  test('change nothing but colours', () => {
    const page = { width: 100, paint: COLOURED }
    const plain = { width: 100, paint: PLAIN }
    const coloured = tableOf(CALLS, page) + explainCall(exposedCall(), page) + summaryOf(page)
    const bare = tableOf(CALLS, plain) + explainCall(exposedCall(), plain) + summaryOf(plain)
    expect(coloured).toContain('\u001b[1;31mexposed')
    expect(coloured).toContain('\u001b[1;32mprotected')
    // eslint-disable-next-line no-control-regex
    expect(coloured.replaceAll(/\u001b\[[0-9;]*m/g, '')).toBe(bare)
  })
})

describe('a long list', () => {
  test('is printed as it comes once the columns are settled, and nothing is held back at the end', () => {
    const table = new CallTable({ width: 80, paint: PLAIN })
    const parts = Array.from({ length: 500 }, (_, index) => table.add(exposedCall({ id: `c-${index}` })))
    expect(parts.slice(0, 199).join('')).toBe('')
    expect(parts.slice(200).every((part) => part !== '')).toBe(true)
    expect(table.end()).toBe('')
    expect(parts.join('').match(/^exposed/gm)).toHaveLength(500)
  })

  test('an empty one prints nothing', () => {
    expect(new CallTable({ width: 80, paint: PLAIN }).end()).toBe('')
  })
})
