// @ts-check
/**
 * npm run check: types, lint, format, layers, dead code. Each step is named and all run, so that one look shows everything.
 * `--report FILE` also writes {passed, failed} as JSON, for .ci/run.
 */
import { writeFileSync } from 'node:fs'
import { makeReady } from './lib/ready.js'
import { runTool } from './lib/run.js'

/** @type {[string, keyof typeof import('./lib/run.js').TOOLS, string[]][]} */
const STEPS = [
  ['types: sources and tests', 'tsc', ['-p', '.']],
  ['types: what is built', 'tsc', ['-p', 'tsconfig.build.json', '--noEmit']],
  ['types: core without Node', 'tsc', ['-p', 'src/core']],
  ['lint', 'eslint', ['.', '--max-warnings', '0']],
  ['format', 'prettier', ['--check', '--log-level', 'warn', '.']],
  ['layers', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'src']],
  ['dead code', 'knip', []],
  ['files that the program never reaches', 'knip', ['--production', '--include', 'files']],
]

makeReady()
const failed = STEPS.filter(([name, tool, args]) => {
  process.stdout.write(`check: ${name}\n`)
  return runTool(tool, args) !== 0
}).map(([name]) => name)

for (const name of failed) process.stdout.write(`check failed: ${name}\n`)
process.stdout.write(`checks: ${STEPS.length - failed.length} passed, ${failed.length} failed\n`)
const reportAt = process.argv.indexOf('--report')
const reportFile = reportAt < 0 ? undefined : process.argv[reportAt + 1]
if (reportFile !== undefined) {
  writeFileSync(reportFile, JSON.stringify({ passed: STEPS.length - failed.length, failed: failed.length }))
}
process.exit(failed.length === 0 ? 0 : 1)
