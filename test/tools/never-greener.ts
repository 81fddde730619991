/** The never-greener law as a check over one capture: no damage turns a call that was not green green. */
import type { CallReport } from '../../src/core/index.ts'
import { judgeFrames, type Frame, type Judgement } from './judge-frames.ts'
import { MUTATIONS, seededRandom } from './mutations.ts'

/** Findings that must stand on a call that became protected because the frames of its weakness are gone (VERDICTS §1, never greener). */
const EXCUSES = ['tls-parameters-unseen', 'start-unseen']

const flowsOf = (call: CallReport): string[] =>
  call.media.map(({ source, destination }) => [source, destination].sort().join(' '))

/** What one run found. */
export interface GreenerRun {
  readonly mutation: string
  readonly seed: number
  /** Calls that became greener than the law allows, in words; empty = the law held. */
  readonly violations: readonly string[]
  /** Calls decided in the whole capture, and how many of them stayed decided. */
  readonly decided: number
  readonly stayed: number
}

/** Damages `frames` by the seed's mutation and compares with the judgement of the whole. */
export const checkNeverGreener = (frames: readonly Frame[], whole: Judgement, seed: number): GreenerRun => {
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
