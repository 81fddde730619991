/**
 * The captures that may lie beside a checkout (too large or not ours to publish). Tests that need them skip, with
 * one printed line, where they are absent: the only door through which a test may read outside the project.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, test } from '@jest/globals'

const PROJECT = resolve(import.meta.dirname, '..', '..')

/** Directory that holds `captures/`, or `null`: `CALLSEAL_SHARED` if set, else `../shared` beside the project. @public */
export const SHARED: string | null = findShared()

function findShared(): string | null {
  const named = process.env['CALLSEAL_SHARED']
  const candidate = named !== undefined && named !== '' ? resolve(named) : join(PROJECT, '..', 'shared')
  return existsSync(join(candidate, 'captures')) ? candidate : null
}

/**
 * `describe` when the shared captures are present; otherwise a skipped block and a printed reason.
 * `body` receives the directory, so that it needs no null check.
 */
export function describeIfShared(name: string, body: (shared: string) => void): void {
  if (SHARED !== null) {
    const shared = SHARED
    describe(name, () => {
      body(shared)
    })
    return
  }
  process.stderr.write(`skip: ${name} (no shared captures beside this checkout)\n`)
  // The body may read a folder to name its tests, so it is not run: one skipped test stands for it.
  describe.skip(name, () => {
    test('needs the shared captures', () => {
      throw new Error('a skipped test ran')
    })
  })
}
