/**
 * Adds up what .ci/run did: jest's JSON, the checks' JSON and the exit codes of the root suites. Fails on a skip without an
 * allowed reason, on a skipped test that printed none, and on a run that left no result. Prints the skips, then the last line.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const SKIPPED_EXIT = 77

const [work = '.', testExit = '1', checkExit = '1'] = process.argv.slice(2)
const total = { passed: 0, failed: 0, skipped: 0 }

const allowed = readFileSync(new URL('allowed-skips', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => (line.split(/\t| {2}/)[0] ?? '').trim())

const printedSkips = readdirSync(work)
  .filter((name) => name.endsWith('.log'))
  .flatMap((name) => readFileSync(join(work, name), 'utf8').split('\n'))
  .map((line) => /^skip: (.*) \((.*)\)$/.exec(line.trim()))
  .filter((match) => match !== null)
  .map((match) => ({ name: match[1] ?? '', reason: match[2] ?? '' }))

addTests()
addChecks()
addRootSuites()
judgeSkips()
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
process.exit(total.failed === 0 ? 0 : 1)

function addTests() {
  const tests = read('tests.json')
  if (tests === null) return fail('npm test left no result')
  total.passed += tests.numPassedTests
  total.failed += tests.numFailedTests + tests.numRuntimeErrorTestSuites
  total.skipped += tests.numPendingTests + tests.numTodoTests
  if (testExit !== '0' && tests.numFailedTests + tests.numRuntimeErrorTestSuites === 0)
    fail(`npm test exited ${testExit}`)
  for (const suite of tests.testResults) {
    for (const test of suite.assertionResults) {
      if (test.status !== 'pending' && test.status !== 'todo') continue
      if (!printedSkips.some(({ name }) => test.fullName.startsWith(name)))
        fail(`skipped without a word: ${test.fullName}`)
    }
  }
}

function addChecks() {
  const checks = read('checks.json')
  if (checks === null) return fail('npm run check left no result')
  total.passed += checks.passed
  total.failed += checks.failed
  if (checkExit !== '0' && checks.failed === 0) fail(`npm run check exited ${checkExit}`)
}

function addRootSuites() {
  const file = join(work, 'root-suites')
  if (!existsSync(file)) return
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const [name, exit] = line.split(' ')
    if (exit === '0') total.passed++
    else if (Number(exit) === SKIPPED_EXIT) total.skipped++
    else fail(`root suite ${String(name)} exited ${String(exit)}`)
  }
}

function judgeSkips() {
  for (const { name, reason } of printedSkips) {
    process.stdout.write(`skip: ${name} (${reason})\n`)
    if (!allowed.includes(reason)) fail(`this skip is not in .ci/allowed-skips: ${name} (${reason})`)
  }
}

/** @param {string} line */
function fail(line) {
  process.stdout.write(`ci failed: ${line}\n`)
  total.failed++
}

/** @param {string} name */
function read(name) {
  const file = join(work, name)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}
