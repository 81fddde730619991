// @ts-check
/**
 * npm run cases:update: writes test/cases/NAME/expected.json from what the engine says now. It changes what the tests demand: read the
 * difference (`git diff test/cases`) against each case.md before you keep it. Arguments limit the cases by name.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toExpectation } from './lib/case-report.js'
import { loadJudge } from './lib/judge.js'
import { makeReady, PROJECT, stop } from './lib/ready.js'

makeReady({ build: true })
const folder = join(PROJECT, 'test', 'cases')
if (!existsSync(folder)) stop('there is no test/cases')
const judge = await loadJudge()
const only = process.argv.slice(2)
const names = readdirSync(folder, { withFileTypes: true })
  .filter(
    (entry) => entry.isDirectory() && (only.length === 0 || only.some((part) => entry.name.includes(part))),
  )
  .map((entry) => entry.name)
for (const name of names) await update(name)

/** @param {string} name */
async function update(name) {
  const capture = join(folder, name, 'capture.pcap')
  if (!existsSync(capture)) stop(`${name} has no capture.pcap`)
  const { calls } = await judge(capture)
  const file = join(folder, name, 'expected.json')
  const text = `${JSON.stringify(toExpectation(calls), null, 2)}\n`
  const before = existsSync(file) ? readFileSync(file, 'utf8') : null
  if (before === text) return
  writeFileSync(file, text)
  process.stdout.write(`${name}: ${before === null ? 'written' : 'changed'}\n`)
}
