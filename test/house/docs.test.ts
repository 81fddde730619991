/** README.md says what the program says: its tables are printed by `npm run docs`, and nothing it points to is missing. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { panelPictures, PICTURES, SCALE } from '../../scripts/lib/panel-pictures.js'
import { fillSections, readmeSections, renderTable } from '../../scripts/lib/readme-tables.js'
import { COMMANDS } from '../../src/app/commands/index.ts'
import { configRows } from '../../src/app/config/index.ts'
import { EXIT_CODES } from '../../src/app/exit-codes.ts'
import { GRADE_TABLE, RULE_CATALOGUE } from '../../src/core/index.ts'
import { BOX_ENTITIES, REQUEST_TABLE, TOPIC_TABLE } from '../../src/output/mqtt/index.ts'
import * as panel from '../../src/output/panel/index.ts'
import { parsePng } from '../tools/golden-picture.ts'

const PROJECT = resolve(import.meta.dirname, '..', '..')
const sections = readmeSections({
  GRADE_TABLE,
  RULE_CATALOGUE,
  COMMANDS,
  EXIT_CODES,
  LAMP_TABLE: panel.LAMP_TABLE,
  TOPIC_TABLE,
  REQUEST_TABLE,
  BOX_ENTITIES,
  configRows,
})
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8')

describe('README.md', () => {
  const readme = read('README.md')

  test('its tables are as the program prints them (npm run docs)', () => {
    expect(readme).toBe(fillSections(readme, sections))
  })

  test('its pictures are what the screen shows (npm run docs)', () => {
    for (const [name, png] of Object.entries(panelPictures(panel))) {
      const drawn = readFileSync(join(PROJECT, PICTURES, name))
      expect([name, parsePng(drawn, SCALE)]).toEqual([name, parsePng(png, SCALE)])
      expect(readme).toContain(`${PICTURES}/${name}`)
    }
  })

  test('every section that is marked is printed', () => {
    const marked = [...readme.matchAll(/<!-- ([a-z-]+) -->/g)].map((match) => match[1] ?? '')
    expect(marked.sort()).toEqual(Object.keys(sections).sort())
  })

  test('names only verbs that exist, and all of them', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const text = readme + read('src/README.md')
    const named = [...text.matchAll(/npm (?:run )?((?:new|cases|test|lock):[a-z]+|[a-z]+)\b/g)].map(
      (match) => match[1] ?? '',
    )
    const known = new Set([...Object.keys(scripts), 'install', 'ci'])
    expect(named.filter((verb) => !known.has(verb))).toEqual([])
    expect(Object.keys(scripts).filter((verb) => !named.includes(verb))).toEqual([])
  })

  test('its links lead somewhere', () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? '')
    expect(links.filter((link) => !existsSync(join(PROJECT, link)))).toEqual([])
  })

  test('every script of package.json is there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const files = Object.values(scripts).map((command) => command.split(' ')[1] ?? '')
    expect(files.filter((file) => !existsSync(join(PROJECT, file)))).toEqual([])
  })
})

describe('fillSections', () => {
  test('replaces what stands between the markers, and nothing else', () => {
    const text = 'a\n<!-- t -->\nold\n<!-- /t -->\nz\n'
    expect(fillSections(text, { t: 'new' })).toBe('a\n<!-- t -->\nnew\n<!-- /t -->\nz\n')
    expect(fillSections(fillSections(text, { t: 'new' }), { t: 'new' })).toBe(
      fillSections(text, { t: 'new' }),
    )
  })
  test('misses no marker quietly', () => {
    expect(() => fillSections('', { t: 'x' })).toThrow('markers of t')
  })
  test('a bar in a cell does not break the table', () => {
    expect(renderTable(['a'], [['x|y']])).toBe('| a |\n| --- |\n| x\\|y |')
  })
})
