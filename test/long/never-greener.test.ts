/** Fifty thousand mutations of the bundled cases and, where they are, of the lab's and the traps' captures. */
import { expect, test } from '@jest/globals'
import { capturesIn, caseCaptures } from '../tools/captures.ts'
import { runNeverGreener } from '../tools/never-greener.ts'
import { SHARED } from '../tools/shared.ts'

const RUNS = 50_000

test('no damage to a capture makes a call green that was not', async () => {
  const theirs =
    SHARED === null ? [] : [...capturesIn(SHARED, 'captures/lab'), ...capturesIn(SHARED, 'captures/traps')]
  if (SHARED === null)
    process.stderr.write('skip: never greener over the lab (no shared captures beside this checkout)\n')
  const { runs, words, stayed } = await runNeverGreener([...caseCaptures(), ...theirs], RUNS)
  process.stdout.write(`never greener: ${words}\n`)
  expect(runs).toBeGreaterThanOrEqual(RUNS)
  expect(stayed).toBeGreaterThanOrEqual(0.9)
}, 3_600_000)
