/** npm run new:…: in a copy of the sources, what it writes compiles, stands in its table, and its test fails with "write me". */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

const PROJECT = resolve(import.meta.dirname, '..', '..')
const KINDS = ['rule', 'codec', 'protocol'] as const

let copy = ''
const written: string[] = []

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'callseal-new-'))
  for (const path of [
    'src',
    'scripts',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'jest.config.js',
  ]) {
    cpSync(join(PROJECT, path), join(copy, path), { recursive: true })
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'))
  for (const kind of KINDS) {
    const ran = run(['scripts/new.js', kind, `planted-${kind}`])
    expect({ kind, exit: ran.status, talk: ran.stderr }).toMatchObject({ kind, exit: 0 })
    written.push(...[...ran.stdout.matchAll(/^new: (.*)$/gm)].map((match) => match[1] ?? ''))
  }
}, 60_000)

afterAll(() => {
  rmSync(copy, { recursive: true, force: true })
})

function run(args: readonly string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', env: { ...process.env, ...env } })
}

describe('npm run new:…', () => {
  test('writes a source and a test of each kind', () => {
    for (const kind of KINDS) {
      const own = written.filter((path) => path.includes(`planted-${kind}`))
      expect(own.some((path) => path.startsWith('src/core/'))).toBe(true)
      expect(own.some((path) => path.endsWith('.test.ts'))).toBe(true)
    }
  })

  test('puts rule and codec into their tables', () => {
    const rules = readFileSync(join(copy, 'src/core/verdict/rules/index.ts'), 'utf8')
    const codecs = readFileSync(join(copy, 'src/core/protocol/rtp/codecs/index.ts'), 'utf8')
    expect(rules).toMatch(/^import \{ plantedRule \} from '.\/planted-rule.ts'$/m)
    expect(rules).toMatch(/^ {2}plantedRule,$/m)
    expect(codecs).toMatch(/^ {2}PLANTED_CODEC,\n {2}TELEPHONE_EVENT,$/m)
  })

  test('what it writes compiles', () => {
    const files = [...written, 'src/core/verdict/rules/index.ts', 'src/core/protocol/rtp/codecs/index.ts']
    writeFileSync(
      join(copy, 'tsconfig.new.json'),
      JSON.stringify({ extends: './tsconfig.json', files, include: [] }),
    )
    const { stdout } = run(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.new.json'])
    expect(stdout.split('\n').filter((line) => files.some((file) => line.startsWith(file)))).toEqual([])
  }, 60_000)

  test('its tests fail and say what to write', () => {
    const ran = run(['node_modules/jest/bin/jest.js', '--json', 'planted'], {
      NODE_OPTIONS: '--experimental-vm-modules',
    })
    const report = JSON.parse(ran.stdout) as {
      numTotalTestSuites: number
      numRuntimeErrorTestSuites: number
      testResults: { name: string; message: string }[]
    }
    expect(report).toMatchObject({ numTotalTestSuites: KINDS.length, numRuntimeErrorTestSuites: 0 })
    for (const { message } of report.testResults) expect(message).toContain('write me')
  }, 60_000)

  test('refuses to write over what is there, and names that are none', () => {
    expect(run(['scripts/new.js', 'rule', 'planted-rule']).status).toBe(1)
    for (const name of ['../up', 'Upper', 'a_b', '']) {
      expect(run(['scripts/new.js', 'rule', name]).status).toBe(1)
    }
  })
})
