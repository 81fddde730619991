/** The never-greener law as a check over one capture: no damage turns a call that was not green green. */
import { basename, dirname } from 'node:path'
import { expect } from '@jest/globals'
import type { CallReport } from '../../src/core/index.ts'
import { judgeFrames, loadFrames, type Frame, type Judgement } from './judge-frames.ts'
import { MUTATIONS, seededRandom } from './mutations.ts'

/** Findings that must stand on a call that became protected because the frames of its weakness are gone (VERDICTS §1, never greener). */
const EXCUSES = ['tls-parameters-unseen', 'start-unseen']

const flowsOf = (call: CallReport): string[] =>
  call.media.map(({ source, destination }) => [source, destination].sort().join(' '))

/** What one run found. */
interface GreenerRun {
  readonly mutation: string
  readonly seed: number
  /** Calls that became greener than the law allows, in words; empty = the law held. */
  readonly violations: readonly string[]
  /** Calls decided in the whole capture, and how many of them stayed decided. */
  readonly decided: number
  readonly stayed: number
}

/** Damages `frames` by the seed's mutation and compares with the judgement of the whole. */
const checkNeverGreener = (frames: readonly Frame[], whole: Judgement, seed: number): GreenerRun => {
  const random = seededRandom(seed)
  const mutation = MUTATIONS[seed % MUTATIONS.length] as (typeof MUTATIONS)[number]
  const damaged = judgeFrames(mutation.apply(frames, random))
  const gradesOfFlow = new Map<string, string[]>()
  for (const call of whole.calls) {
    for (const flow of flowsOf(call)) gradesOfFlow.set(flow, [...(gradesOfFlow.get(flow) ?? []), call.grade])
  }
  const violations = damaged.calls
    .filter((call) => call.grade === 'protected')
    .flatMap((call) =>
      flowsOf(call).map((flow) => ({ call, flow, before: gradesOfFlow.get(flow) ?? ['no such call'] })),
    )
    .filter(({ call, before }) => !before.every((grade) => isAllowed(grade, call)))
    .map(({ flow, before }) => `${flow}: ${before.join(',')} became protected`)
  const decided = whole.calls.filter((call) => call.grade !== 'undetermined')
  const stayed = decided.filter((call) =>
    damaged.calls.some((other) => sameCall(call, other) && other.grade !== 'undetermined'),
  )
  return { mutation: mutation.name, seed, violations, decided: decided.length, stayed: stayed.length }
}

const isAllowed = (before: string, call: CallReport): boolean =>
  before === 'protected' || (before === 'weak' && call.findings.some(({ id }) => EXCUSES.includes(id)))

const sameCall = (a: CallReport, b: CallReport): boolean =>
  a.callIds.some((id) => b.callIds.includes(id)) || flowsOf(a).some((flow) => flowsOf(b).includes(flow))

const sumOf = (runs: readonly GreenerRun[], key: 'decided' | 'stayed'): number =>
  runs.reduce((sum, run) => sum + run[key], 0)

const describeRuns = (runs: readonly GreenerRun[]): string =>
  MUTATIONS.map(({ name }) => {
    const own = runs.filter((run) => run.mutation === name)
    return `${name}: ${own.length} runs, ${sumOf(own, 'stayed')}/${sumOf(own, 'decided')} calls stayed decided`
  }).join('\n')

/** What many runs gave: their number, a line for each kind of damage, the share of calls that stayed decided at 1 % loss. */
export interface GreenerRuns {
  readonly runs: number
  readonly words: string
  readonly stayed: number
}

/** Damages each capture, about `total` times in all, and expects that no run made a call greener. */
export const runNeverGreener = async (paths: readonly string[], total: number): Promise<GreenerRuns> => {
  const runs: GreenerRun[] = []
  const each = Math.ceil(total / paths.length)
  for (const [i, path] of paths.entries()) {
    const frames = await loadFrames(path)
    const whole = judgeFrames(frames)
    const name = `${basename(dirname(path))}/${basename(path)}`
    for (let n = 0; n < each; n++) {
      const run = checkNeverGreener(frames, whole, i * 100_003 + n)
      runs.push(run)
      const { seed, mutation, violations } = run
      expect({ name, seed, mutation, violations }).toEqual({ name, seed, mutation, violations: [] })
    }
  }
  const light = runs.filter(({ mutation }) => mutation === 'drop-1-percent')
  return {
    runs: runs.length,
    words: `${runs.length} mutations\n${describeRuns(runs)}`,
    stayed: sumOf(light, 'stayed') / sumOf(light, 'decided'),
  }
}
