// @ts-check
/** npm run docs: prints the tables of README.md from the program's own (`test/house/docs.test.ts` fails when they differ). */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makeReady, PROJECT } from './lib/ready.js'
import { fillSections, readmeSections } from './lib/readme-tables.js'

makeReady({ build: true })
/** @param {string} path below dist/ @returns {Promise<any>} */
const fromDist = (path) => import(pathToFileURL(join(PROJECT, 'dist', path)).href)
const { GRADE_TABLE, RULE_CATALOGUE } = await fromDist('core/index.js')
const { COMMANDS } = await fromDist('app/commands/index.js')
const { EXIT_CODES } = await fromDist('app/exit-codes.js')
const { configRows } = await fromDist('app/config/index.js')
const file = join(PROJECT, 'README.md')
const before = readFileSync(file, 'utf8')
const after = fillSections(before, readmeSections({ GRADE_TABLE, RULE_CATALOGUE, COMMANDS, EXIT_CODES, configRows }))
if (after !== before) writeFileSync(file, after)
process.stdout.write(
  after === before ? 'README.md is as the program says\n' : 'README.md: tables printed anew\n',
)
