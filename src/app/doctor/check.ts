/** The shape of a check: a row of a table. A row judges facts and touches nothing. */
import type { MachineFacts } from './machine-facts.ts'

/** `unknown`: it could not be read, so nothing is claimed. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'unknown'

/** What a check found of one subject. */
export interface Judgement {
  readonly status: CheckStatus
  /** The interface, unit or package that it is about; null: the machine. */
  readonly subject: string | null
  /** One plain sentence without a full stop. */
  readonly says: string
  /** In place of the row's own. */
  readonly mend?: string
}

/** One check. */
export interface Check {
  readonly id: string
  /** What it is good for. */
  readonly means: string
  /** How it is read. */
  readonly read: string
  /** The line that mends it; `%s` stands for the subject. */
  readonly mend: string
  /** True if it makes sense without a bridge, on a mirror port. */
  readonly onMirror: boolean
  /** None, if there is nothing that it applies to. */
  readonly judge: (facts: MachineFacts) => readonly Judgement[]
}

/** A judgement in one line. */
export const judged = (
  status: CheckStatus,
  subject: string | null,
  says: string,
  mend?: string,
): Judgement => ({ status, subject, says, ...(mend === undefined ? {} : { mend }) })

/** The judgement of a value that may be missing. */
export const judgedIfKnown = <Value>(
  subject: string,
  value: Value | null,
  what: string,
  judge: (value: Value) => Judgement,
): Judgement => (value === null ? judged('unknown', subject, `${what} cannot be read`) : judge(value))
