/** What a stretch of time adds up to: calls and talking time by grade, what was found how often, and when nobody saw what happened. Pure and bounded. */
import {
  GRADES,
  SEVERITIES,
  type CallReport,
  type Finding,
  type Grade,
  type Severity,
} from '../../core/index.ts'

/** More kinds of findings than there are rules. */
const MOST_FINDINGS = 256
/** More times at fault are counted, not listed. */
const MOST_FAULTS = 1000

/** One kind of finding over all calls. */
export interface FoundOften {
  readonly id: string
  readonly severity: Severity
  readonly title: string
  readonly advice: string
  readonly calls: number
}

/** A time in which a part of the box was at fault. */
export interface FaultTime {
  readonly part: string
  readonly sentence: string
  readonly fromAt: string
  /** Null: it lasted to the end. */
  readonly untilAt: string | null
}

export interface ReportTotals {
  readonly calls: Readonly<Record<Grade, number>>
  readonly seconds: Readonly<Record<Grade, number>>
  /** The worst first, the frequent before the rare. */
  readonly findings: readonly FoundOften[]
  readonly faults: readonly FaultTime[]
  readonly faultsOmitted: number
  /** Records that retention or damage took: the report is incomplete. */
  readonly missing: number
}

const zeros = (): Record<Grade, number> =>
  Object.fromEntries(GRADES.map((grade) => [grade, 0])) as Record<Grade, number>

/** Hears of everything in the stretch of time, in its order. */
export class ReportModel {
  readonly #calls = zeros()
  readonly #seconds = zeros()
  readonly #findings = new Map<string, FoundOften>()
  readonly #open = new Map<string, FaultTime>()
  readonly #faults: FaultTime[] = []
  #faultsOmitted = 0
  #missing = 0

  onCall({ grade, durationSeconds, findings }: CallReport): void {
    this.#calls[grade]++
    this.#seconds[grade] += durationSeconds
    for (const id of new Set(findings.map((finding) => finding.id))) {
      const finding = findings.find((one) => one.id === id)
      if (finding !== undefined) this.#addFinding(finding)
    }
  }

  onMissing(records: number): void {
    this.#missing += records
  }

  onHealth(part: string, isFault: boolean, sentence: string, at: string): void {
    const open = this.#open.get(part)
    if (open !== undefined) this.#addFault({ ...open, untilAt: at })
    if (isFault) this.#open.set(part, { part, sentence, fromAt: at, untilAt: null })
    else this.#open.delete(part)
  }

  totals(): ReportTotals {
    const findings = [...this.#findings.values()].sort(
      (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.calls - a.calls,
    )
    return {
      calls: this.#calls,
      seconds: this.#seconds,
      findings,
      faults: [...this.#faults, ...this.#open.values()],
      faultsOmitted: this.#faultsOmitted,
      missing: this.#missing,
    }
  }

  #addFinding({ id, severity, title, advice }: Finding): void {
    const known = this.#findings.get(id)
    if (known === undefined && this.#findings.size >= MOST_FINDINGS) return
    this.#findings.set(id, { id, severity, title, advice, calls: (known?.calls ?? 0) + 1 })
  }

  #addFault(fault: FaultTime): void {
    if (this.#faults.length < MOST_FAULTS) this.#faults.push(fault)
    else this.#faultsOmitted++
  }
}
