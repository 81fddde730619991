// @ts-check
/** npm run docs: prints the tables of README.md from the program's own, and draws its pictures (`test/house/docs.test.ts` fails when they differ). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { panelPictures, PICTURES } from './lib/panel-pictures.js'
import { makeReady, PROJECT } from './lib/ready.js'
import { fillSections, readmeSections } from './lib/readme-tables.js'

makeReady({ build: true })
/** @param {string} path below dist/ @returns {Promise<any>} */
const fromDist = (path) => import(pathToFileURL(join(PROJECT, 'dist', path)).href)
const panel = await fromDist('output/panel/index.js')
const tables = {
  ...(await fromDist('core/index.js')),
  ...(await fromDist('app/commands/index.js')),
  ...(await fromDist('app/exit-codes.js')),
  ...(await fromDist('app/config/index.js')),
  ...(await fromDist('output/mqtt/index.js')),
  LAMP_TABLE: panel.LAMP_TABLE,
}
const file = join(PROJECT, 'README.md')
const before = readFileSync(file, 'utf8')
const after = fillSections(before, readmeSections(tables))
if (after !== before) writeFileSync(file, after)
process.stdout.write(
  after === before ? 'README.md is as the program says\n' : 'README.md: tables printed anew\n',
)
mkdirSync(join(PROJECT, PICTURES), { recursive: true })
for (const [name, png] of Object.entries(panelPictures(panel)))
  writeFileSync(join(PROJECT, PICTURES, name), png)
process.stdout.write(`${PICTURES}: drawn anew\n`)
