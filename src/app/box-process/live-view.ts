/** What `callseal run` prints of calls: each report as a row of JSON, or a line a change of a verdict. */
import { toJsonLine, sanitiseReport, whyOf, type Paint } from '../../output/text/index.ts'
import { renderChange } from '../../output/panel-text/index.ts'
import type { CallReport, Grade, PhoneReport } from '../../core/index.ts'
import type { ToldCall } from '../state-protocol/index.ts'

/** Hears of every revision. */
export interface LiveView {
  onCall(call: ToldCall): void
  /** The last of the call. */
  onClosed(call: ToldCall): void
  onPhone(report: PhoneReport): void
}

type Write = (text: string) => void

/** Of so many runs the numbers are remembered; only the last few can still say anything. */
const MAX_RUNS = 64

/** Calls are numbered anew in each run of the engine: those of later runs get the number of the run behind theirs. */
class CallNumbers {
  readonly #runs = new Map<string, number>()
  #last = 0

  idOf({ run, id }: Pick<ToldCall, 'run' | 'id'>): string {
    let number = this.#runs.get(run)
    if (number === undefined) {
      number = ++this.#last
      this.#runs.set(run, number)
      const [oldest] = this.#runs.keys()
      if (this.#runs.size > MAX_RUNS && oldest !== undefined) this.#runs.delete(oldest)
    }
    return number === 1 ? id : `${id}.${number}`
  }
}

/** Rows as output/report/report.schema.json says: every revision of a call, and phones as they change. */
export class LiveJsonView implements LiveView {
  readonly #write: Write
  readonly #numbers = new CallNumbers()

  constructor(write: Write) {
    this.#write = write
  }

  onCall(call: ToldCall): void {
    this.#write(`${toJsonLine({ ...call.report, id: this.#numbers.idOf(call) })}\n`)
  }

  onClosed(call: ToldCall): void {
    this.onCall(call)
  }

  onPhone(report: PhoneReport): void {
    this.#write(`${toJsonLine(report)}\n`)
  }
}

/** What was said of a call last. */
interface Said {
  readonly grade: Grade
  readonly why: string
}

/** A line when a call is judged, when its verdict changes, and when it is over. */
export class LiveLineView implements LiveView {
  readonly #write: Write
  readonly #paint: Paint
  readonly #numbers = new CallNumbers()
  readonly #said = new Map<string, Said>()

  constructor(write: Write, paint: Paint) {
    this.#write = write
    this.#paint = paint
  }

  onCall({ run, id, report }: ToldCall): void {
    if (report.state === 'pending') return
    const number = this.#numbers.idOf({ run, id })
    const last = this.#said.get(number)
    const why = whyOf(report)
    if (last?.grade === report.grade && last.why === why) return
    this.#said.set(number, { grade: report.grade, why })
    this.#write(`${this.#line(report, number, last?.grade ?? null)}\n`)
  }

  onClosed({ run, id, report }: ToldCall): void {
    const number = this.#numbers.idOf({ run, id })
    const before = this.#said.get(number)?.grade ?? null
    this.#said.delete(number)
    this.#write(`${this.#line(report, number, before)} (over)\n`)
  }

  onPhone(): void {
    // One line a call is enough for eyes; `--json` has the phones.
  }

  /** Cleaned only when it is printed: most reports are no news. */
  #line(report: CallReport, id: string, before: Grade | null): string {
    return renderChange({ call: sanitiseReport({ ...report, id }), before }, this.#paint)
  }
}
