/** The layer rules bite: each planted import is reported by the rule that forbids it, and a tidy tree passes. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

const PROJECT = resolve(import.meta.dirname, '..', '..')
const CRUISER = join(PROJECT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs')

/** What every planted tree has: one file a layer, each importing the layer below it. */
const TIDY: Readonly<Record<string, string>> = {
  'src/core/base/clock.ts': 'export const clock = 1\n',
  'src/core/decode/index.ts': "export { clock as decode } from '../base/clock.ts'\n",
  'src/core/flow/index.ts': "export { decode as flow } from '../decode/index.ts'\n",
  'src/core/protocol/sip/parse.ts': "export { flow as parse } from '../../flow/index.ts'\n",
  'src/core/protocol/sip/index.ts': "export { parse as sip } from './parse.ts'\n",
  'src/core/protocol/sdp/index.ts': "export { sip as sdp } from '../sip/index.ts'\n",
  'src/core/call/index.ts': "export { sdp as call } from '../protocol/sdp/index.ts'\n",
  'src/core/verdict/index.ts': "export { call as verdict } from '../call/index.ts'\n",
  'src/core/exposure/index.ts': "export { verdict as exposure } from '../verdict/index.ts'\n",
  'src/core/index.ts': "export { exposure as core } from './exposure/index.ts'\n",
  'src/capture/index.ts': "export { core as capture } from '../core/index.ts'\n",
  'src/output/mqtt/index.ts': "export { core as mqtt } from '../../core/index.ts'\n",
  'src/output/panel/index.ts': "export { core as panel } from '../../core/index.ts'\n",
  'src/app/main.ts':
    "export { capture } from '../capture/index.ts'\nexport { mqtt } from '../output/mqtt/index.ts'\nexport { panel } from '../output/panel/index.ts'\n",
}

/** A forbidden import: the rule that must name it, the file that has it, and what it imports. */
const PLANTED: readonly (readonly [rule: string, file: string, imports: string])[] = [
  ['base-looks-down-only', 'src/core/base/planted.ts', '../decode/index.ts'],
  ['decode-looks-down-only', 'src/core/decode/planted.ts', '../flow/index.ts'],
  ['flow-looks-down-only', 'src/core/flow/planted.ts', '../protocol/sip/index.ts'],
  ['protocol-looks-down-only', 'src/core/protocol/sip/planted.ts', '../../call/index.ts'],
  ['call-looks-down-only', 'src/core/call/planted.ts', '../verdict/index.ts'],
  ['verdict-looks-down-only', 'src/core/verdict/planted.ts', '../exposure/index.ts'],
  ['exposure-looks-down-only', 'src/core/exposure/planted.ts', '../index.ts'],
  ['core-is-pure', 'src/core/call/planted.ts', 'node:fs'],
  ['core-is-pure', 'src/core/verdict/planted.ts', 'commander'],
  ['core-knows-no-edge', 'src/core/call/planted.ts', '../../capture/index.ts'],
  ['core-folders-through-index', 'src/core/call/planted.ts', '../protocol/sip/parse.ts'],
  ['protocols-through-index', 'src/core/protocol/sdp/planted.ts', '../sip/parse.ts'],
  ['engine-enters-through-index', 'src/core/planted.ts', './protocol/sip/parse.ts'],
  ['core-has-one-door', 'src/output/mqtt/planted.ts', '../../core/call/index.ts'],
  ['outputs-do-not-know-each-other', 'src/output/mqtt/planted.ts', '../panel/index.ts'],
  ['edges-do-not-know-each-other', 'src/capture/planted.ts', '../output/mqtt/index.ts'],
  ['edges-do-not-know-each-other', 'src/output/panel/planted.ts', '../../capture/index.ts'],
  ['only-app-knows-the-app', 'src/capture/planted.ts', '../app/main.ts'],
  ['state-protocol-is-pure', 'src/app/state-protocol/planted.ts', 'node:net'],
  ['state-protocol-is-pure', 'src/app/state-protocol/planted.ts', '../../capture/index.ts'],
  ['engine-shows-nothing', 'src/app/engine-process/planted.ts', '../../output/mqtt/index.ts'],
  ['box-sees-no-packet', 'src/app/box-process/planted.ts', '../../capture/index.ts'],
  ['no-unresolved', 'src/capture/planted.ts', './nowhere.ts'],
  ['new-core-folder-needs-a-layer', 'src/core/planted.ts', './novelty/index.ts'],
  ['no-development-packages', 'src/capture/planted.ts', 'fast-check'],
]

interface Violation {
  readonly from: string
  readonly rule: { readonly name: string }
}

let tree = ''

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'callseal-layers-'))
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
    copyFileSync(join(PROJECT, name), join(tree, name))
  }
  // Packages need a face only: the rules ask what kind of import it is, not what is in it.
  for (const name of ['commander', 'fast-check']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
    write(`node_modules/${name}/index.js`, 'module.exports = {}\n')
  }
  for (const [path, text] of Object.entries(TIDY)) write(path, text)
})

afterAll(() => {
  rmSync(tree, { recursive: true, force: true })
})

function write(path: string, text: string): void {
  const file = join(tree, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function violations(): readonly Violation[] {
  const args = [CRUISER, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src']
  const ran = spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8', maxBuffer: 1 << 26 })
  if (ran.stdout === '') throw new Error(ran.stderr)
  const report = JSON.parse(ran.stdout) as { summary: { violations: Violation[] } }
  return report.summary.violations
}

describe('the layer rules', () => {
  test('a tidy tree passes', () => {
    expect(violations()).toEqual([])
  })

  test('every planted import is reported, each by its rule', () => {
    const planted = PLANTED.map(([rule, file, imports], index) => {
      const path = file.replace('planted', `planted-${index}`)
      write(path, `export * as planted from '${imports}'\n`)
      return { rule, path }
    })
    write(
      'src/core/base/type-only.ts',
      "import type { flow } from '../flow/index.ts'\nexport type Flow = typeof flow\n",
    )
    write('src/core/novelty/index.ts', 'export const novelty = 1\n')
    write('src/core/call/circle-a.ts', "export { b as a } from './circle-b.ts'\n")
    write('src/core/call/circle-b.ts', "export { a as b } from './circle-a.ts'\n")
    const found = violations()
    const others = [
      { rule: 'base-looks-down-only', path: 'src/core/base/type-only.ts' },
      { rule: 'no-circular', path: 'src/core/call/circle-a.ts' },
    ]
    const missed = [...planted, ...others].filter(
      ({ rule, path }) => !found.some((one) => one.from === path && one.rule.name === rule),
    )
    expect(missed).toEqual([])
    const suspects = new Set(found.map((one) => one.from))
    for (const path of Object.keys(TIDY)) expect(suspects).not.toContain(path)
  })
})
