/**
 * Every folder of test/cases: `capture.pcap` judged whole must give `expected.json`; `case.md` says what it is, why it is there and whence.
 * A case needs no code. `npm run cases:update` writes expected.json.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { toExpectation } from '../scripts/lib/case-report.js'
import { judgeFrames, loadFrames } from './tools/judge-frames.ts'

const CASES = join(import.meta.dirname, 'cases')
const names = existsSync(CASES)
  ? readdirSync(CASES, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  : []

test('there are cases', () => {
  expect(names.length).toBeGreaterThan(0)
})

describe('cases', () => {
  test.each(names)('%s', async (name) => {
    const about = readFileSync(join(CASES, name, 'case.md'), 'utf8')
    expect(about).toMatch(/^# \S/)
    const { calls } = judgeFrames(await loadFrames(join(CASES, name, 'capture.pcap')))
    const expected: unknown = JSON.parse(readFileSync(join(CASES, name, 'expected.json'), 'utf8'))
    expect(JSON.parse(JSON.stringify(toExpectation(calls)))).toEqual(expected)
  })
})
