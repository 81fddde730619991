/** The lock file must install anywhere: no machine's own registry in it, and every other machine's binaries named. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const PROJECT = resolve(import.meta.dirname, '..', '..')

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const lock = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, Locked>
}

describe('package-lock.json', () => {
  test('names no registry but the public one', () => {
    const foreign = Object.values(lock.packages)
      .map((entry) => entry.resolved)
      .filter((address) => address !== undefined && !address.startsWith('https://registry.npmjs.org/'))
    expect(foreign).toEqual([])
  })

  test('names every optional package (else npm ci fails; npm run lock:complete mends it)', () => {
    const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter(
        (name) =>
          lock.packages[`node_modules/${name}`] === undefined &&
          lock.packages[`${path}/node_modules/${name}`] === undefined,
      ),
    )
    expect(missing).toEqual([])
  })

  test('agrees with package.json about what is wanted', () => {
    const wanted = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as Record<string, unknown>
    const root = lock.packages[''] as unknown as Record<string, unknown>
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      expect(root[kind]).toEqual(wanted[kind])
    }
  })
})
