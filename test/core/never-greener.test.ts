import { expect, test } from '@jest/globals'
import { caseCaptures } from '../tools/captures.ts'
import { runNeverGreener } from '../tools/never-greener.ts'

/** At least two thousand in all; test/long has fifty thousand. */
const RUNS = 2090

test('no damage to a capture makes a call green that was not', async () => {
  const { runs, words, stayed } = await runNeverGreener(caseCaptures(), RUNS)
  process.stdout.write(`never greener: ${words}\n`)
  expect(runs).toBeGreaterThanOrEqual(RUNS)
  expect(stayed).toBeGreaterThanOrEqual(0.9)
}, 600_000)
