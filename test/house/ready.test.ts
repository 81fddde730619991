/** The verbs' first step: which Node is too old, and whether node_modules holds what the lock file names. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { isInstalled, isOldNode } from '../../scripts/lib/ready.js'

describe('isOldNode', () => {
  test.each(['18.20.4', '20.18.3', '16.0.0', '20.9.0'])('%s is too old', (version) => {
    expect(isOldNode(version)).toBe(true)
  })
  test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0', '20.19.0-rc.1'])('%s will do', (version) => {
    expect(isOldNode(version)).toBe(false)
  })
})

describe('isInstalled', () => {
  let project = ''
  const locked = {
    packages: {
      '': { name: 'x' },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/for-another-machine': { version: '2.0.0', optional: true },
    },
  }

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'callseal-ready-'))
    writeFileSync(join(project, 'package-lock.json'), JSON.stringify(locked))
  })
  afterEach(() => {
    rmSync(project, { recursive: true, force: true })
  })

  function present(packages: Record<string, { version: string }>): void {
    mkdirSync(join(project, 'node_modules'), { recursive: true })
    writeFileSync(join(project, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }))
  }

  test('nothing installed', () => {
    expect(isInstalled(project)).toBe(false)
  })
  test('installed as locked, without the binaries of other machines', () => {
    present({ 'node_modules/a': { version: '1.0.0' } })
    expect(isInstalled(project)).toBe(true)
  })
  test('another version than locked', () => {
    present({ 'node_modules/a': { version: '1.0.1' } })
    expect(isInstalled(project)).toBe(false)
  })
  test('a package is missing', () => {
    present({})
    expect(isInstalled(project)).toBe(false)
  })
  test('a folder without any record of what is in it', () => {
    mkdirSync(join(project, 'node_modules'))
    expect(isInstalled(project)).toBe(false)
  })
})
