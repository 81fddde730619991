import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { judgeFrames, loadFrames } from '../tools/judge-frames.ts'
import { checkNeverGreener, type GreenerRun } from '../tools/never-greener.ts'
import { MUTATIONS } from '../tools/mutations.ts'

const CASES = join(import.meta.dirname, '../cases')
/** At least two thousand mutations in all (`test:long`: NEVER_GREENER_RUNS=50000). */
const RUNS = Number(process.env['NEVER_GREENER_RUNS'] ?? 2090)

/** Kept as one line a mutation: how many decided calls stayed decided. */
const describeRuns = (runs: readonly GreenerRun[]): string =>
  MUTATIONS.map(({ name }) => {
    const own = runs.filter((run) => run.mutation === name)
    const decided = own.reduce((sum, run) => sum + run.decided, 0)
    const stayed = own.reduce((sum, run) => sum + run.stayed, 0)
    return `${name}: ${String(own.length)} runs, ${String(stayed)}/${String(decided)} calls stayed decided`
  }).join('\n')

test('no damage to a capture makes a call green that was not', async () => {
  const names = readdirSync(CASES).sort()
  const runs: GreenerRun[] = []
  for (const [i, name] of names.entries()) {
    const frames = await loadFrames(join(CASES, name, 'capture.pcap'))
    const whole = judgeFrames(frames)
    const count = Math.ceil(RUNS / names.length)
    for (let n = 0; n < count; n++) {
      const run = checkNeverGreener(frames, whole, i * 100_003 + n)
      runs.push(run)
      expect({ name, seed: run.seed, mutation: run.mutation, violations: run.violations }).toEqual({
        name,
        seed: run.seed,
        mutation: run.mutation,
        violations: [],
      })
    }
  }
  expect(runs.length).toBeGreaterThanOrEqual(RUNS)
  const light = runs.filter(({ mutation }) => mutation === 'drop-1-percent')
  const decided = light.reduce((sum, run) => sum + run.decided, 0)
  const stayed = light.reduce((sum, run) => sum + run.stayed, 0)
  console.log(`never greener: ${String(runs.length)} mutations\n${describeRuns(runs)}`)
  expect(stayed / decided).toBeGreaterThanOrEqual(0.9)
}, 3_600_000)
