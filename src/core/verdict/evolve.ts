/**
 * A grade in time (VERDICTS §1): within a call it only gets worse, except that `undetermined` resolves, and then not above the worst that was
 * certain before. A call that went blind stays `undetermined (capture-loss)` unless it turns red. While a call is pending its grade is kept.
 */
import type { Finding } from './finding.ts'
import { GRADES, GRADE_TABLE, type Grade } from './grade.ts'
import type { Settled, Verdict } from './judge.ts'

const isWorse = (a: Grade, b: Grade): boolean => GRADES.indexOf(a) < GRADES.indexOf(b)

const isRed = (grade: Grade): boolean => grade === 'exposed' || grade === 'audio-exposed'

/** The worse of two; of equal ones the newer, whose findings are up to date. */
const worseOf = (older: Settled | null, newer: Settled | null): Settled | null => {
  if (older === null || newer === null) return older ?? newer
  return isWorse(older.grade, newer.grade) ? older : newer
}

/** Findings of now, and those older ones that decided and would else be missing. */
const joined = (now: readonly Finding[], decided: readonly Finding[]): readonly Finding[] => {
  const missing = decided.filter((old) => !now.some(({ id }) => id === old.id))
  return missing.length > 0 ? [...now, ...missing] : now
}

/** The settled grade, said with the findings of now. */
const say = (settled: Settled, next: Verdict, blind: boolean): Verdict => ({
  grade: settled.grade,
  lamp: GRADE_TABLE[settled.grade].lamp,
  reasons: settled.reasons,
  pending: false,
  findings: joined(next.findings, settled.findings),
  settled,
  blind,
})

/** `next` as the undetermined verdict of a call that is not pending (any more): it blinks. */
const sayUndetermined = (next: Verdict, settled: Settled | null, blind: boolean): Verdict => {
  const reasons = next.grade === 'undetermined' ? next.reasons : []
  return {
    grade: 'undetermined',
    lamp: GRADE_TABLE.undetermined.lamp,
    reasons: blind && !reasons.includes('capture-loss') ? ['capture-loss', ...reasons] : reasons,
    pending: false,
    findings: next.findings,
    settled,
    blind,
  }
}

/** Waiting for media may keep an amber grade; a green one is given up at once, and a red one is never in question. */
const mayWait = (previous: Verdict): boolean =>
  previous.grade === 'metadata-exposed' || previous.grade === 'weak'

/** The verdict to publish after `previous` (null for a new call). Pure; give the result back as `previous` the next time. */
export const evolveGrade = (previous: Verdict | null, next: Verdict): Verdict => {
  if (previous === null) return next
  const settled = worseOf(previous.settled, next.settled)
  const blind = previous.blind || next.blind
  if (settled !== null && isRed(settled.grade)) return say(settled, next, blind)
  if (next.pending) {
    const isNew = previous.pending && previous.grade === 'undetermined'
    if (isNew) return { ...next, settled, blind }
    if (mayWait(previous)) {
      return { ...previous, findings: joined(next.findings, previous.findings), pending: true, blind }
    }
    return sayUndetermined(next, settled, blind)
  }
  if (next.grade === 'undetermined' || blind) return sayUndetermined(next, settled, blind)
  return settled === null ? next : say(settled, next, blind)
}
