/** The last step of .ci/run: sums are right, and nothing goes missing quietly. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'

const SUMMARY = resolve(import.meta.dirname, '..', '..', '.ci', 'summary.js')
const ALLOWED = 'skip: captures of others (no shared captures beside this checkout)\n'

let work = ''

beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'callseal-ci-'))
  write('checks.json', JSON.stringify({ passed: 8, failed: 0 }))
  writeTests({ numPassedTests: 3 })
})
afterEach(() => {
  rmSync(work, { recursive: true, force: true })
})

function write(name: string, text: string): void {
  writeFileSync(join(work, name), text)
}

function writeTests(counts: Record<string, number>, pending: readonly string[] = []): void {
  const zero = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
  }
  const assertionResults = pending.map((fullName) => ({ status: 'pending', fullName }))
  write('tests.json', JSON.stringify({ ...zero, ...counts, testResults: [{ assertionResults }] }))
}

function run(testExit = '0', checkExit = '0'): { exit: number | null; last: string; all: string } {
  const ran = spawnSync(process.execPath, [SUMMARY, work, testExit, checkExit], { encoding: 'utf8' })
  return { exit: ran.status, last: ran.stdout.trim().split('\n').at(-1) ?? '', all: ran.stdout }
}

describe('.ci/summary.js', () => {
  test('sums tests, checks and root suites', () => {
    write('root-suites', 'bridge 0\nsystemd 77\n')
    expect(run()).toMatchObject({ exit: 0, last: '12 passed, 0 failed, 1 skipped' })
  })
  test('a failed test fails', () => {
    writeTests({ numPassedTests: 2, numFailedTests: 1 })
    expect(run('1')).toMatchObject({ exit: 1, last: '10 passed, 1 failed, 0 skipped' })
  })
  test('an allowed skip is printed and passes', () => {
    writeTests({ numPassedTests: 2, numPendingTests: 1 }, ['captures of others traps'])
    write('tests.log', ALLOWED)
    const { exit, last, all } = run()
    expect({ exit, last }).toEqual({ exit: 0, last: '10 passed, 0 failed, 1 skipped' })
    expect(all).toContain(ALLOWED)
  })
  test('a skip for another reason fails', () => {
    write('tests.log', 'skip: captures of others (no time)\n')
    expect(run()).toMatchObject({ exit: 1, last: '11 passed, 1 failed, 0 skipped' })
  })
  test('a test skipped without a word fails', () => {
    writeTests({ numPassedTests: 2, numPendingTests: 1 }, ['something test.skip'])
    expect(run()).toMatchObject({ exit: 1, last: '10 passed, 1 failed, 1 skipped' })
  })
  test.each(['tests.json', 'checks.json'])('no %s fails', (name) => {
    rmSync(join(work, name))
    expect(run().exit).toBe(1)
  })
  test('an exit code that the results do not explain fails', () => {
    expect(run('137').exit).toBe(1)
    expect(run('0', '2').exit).toBe(1)
  })
  test('a root suite that fails', () => {
    write('root-suites', 'bridge 1\n')
    expect(run()).toMatchObject({ exit: 1, last: '11 passed, 1 failed, 0 skipped' })
  })
})
