/** The exit code of a reading: what the calls and the wire add up to. */
import { isAtLeast, type CallReport, type SummaryReport } from '../../core/index.ts'
import type { ExitName } from '../exit-codes.ts'

/** Hears of every closed call. */
export class ReadVerdict {
  #shown = false
  #doubted = false

  onCall({ grade }: CallReport): void {
    if (grade === 'undetermined') this.#doubted = true
    else if (grade !== 'protected') this.#shown = true
  }

  /** A wire on which telephony is not judged, or passwords lie open, is not "no calls": green is never an assumption. */
  toExit({ findings, counters }: SummaryReport): ExitName {
    if (this.#shown || findings.some(({ severity }) => isAtLeast(severity, 'medium'))) return 'findings'
    if (this.#doubted || Object.values(counters.unjudged).some((packets) => packets > 0)) return 'cannotTell'
    return 'allProtected'
  }
}
