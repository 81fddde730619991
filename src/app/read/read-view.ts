/** The three ways to show a reading: rows of JSON, a table with a summary, or one call explained. */
import type { CaptureOutcome } from '../../capture/index.ts'
import type { CallReport, PhoneReport, SummaryReport } from '../../core/index.ts'
import {
  CallTable,
  explainCall,
  renderSummary,
  sanitise,
  toJsonLine,
  type Page,
} from '../../output/text/index.ts'
import { faultOf, notesOf } from './capture-notes.ts'

/** What a view is told, in this order, for each file. A file that cannot be opened has onStart and onError only. */
export interface ReadView {
  onStart(file: string): void
  onCall(report: CallReport): void
  /** The last that was said of each phone, when the reading is over. */
  onEnd(summary: SummaryReport, phones: readonly PhoneReport[], outcome: CaptureOutcome): void
  /** The input is missing or damaged; `offset` in bytes if it is known. */
  onError(file: string, error: string, offset: number | null): void
}

/** So many of the calls that are there are named. */
const MAX_LISTED = 10

type Write = (text: string) => void

/** Rows as output/report/report.schema.json says. `file` is in them only if there are several. */
export class JsonView implements ReadView {
  readonly #write: Write
  readonly #isOneOfMany: boolean
  #file = ''

  constructor(write: Write, isOneOfMany: boolean) {
    this.#write = write
    this.#isOneOfMany = isOneOfMany
  }

  onStart(file: string): void {
    this.#file = file
  }

  onCall(report: CallReport): void {
    this.#row(report)
  }

  onEnd(summary: SummaryReport, phones: readonly PhoneReport[], outcome: CaptureOutcome): void {
    for (const phone of phones) this.#row(phone)
    this.#row({ ...summary, capture: outcome })
  }

  onError(file: string, error: string, offset: number | null): void {
    this.#write(`${toJsonLine({ type: 'error', file, error, offset })}\n`)
  }

  #row(row: object): void {
    this.#write(`${toJsonLine(this.#isOneOfMany ? { ...row, file: this.#file } : row)}\n`)
  }
}

/** The table of calls, and what it adds up to. */
export class TableView implements ReadView {
  readonly #write: Write
  readonly #page: Page
  readonly #isOneOfMany: boolean
  #table: CallTable
  #files = 0

  constructor(write: Write, page: Page, isOneOfMany: boolean) {
    this.#write = write
    this.#page = page
    this.#isOneOfMany = isOneOfMany
    this.#table = new CallTable(page)
  }

  onStart(file: string): void {
    this.#table = new CallTable(this.#page)
    if (!this.#isOneOfMany) return
    this.#write(`${this.#files === 0 ? '' : '\n'}${this.#page.paint.bold(sanitise(file))}\n`)
    this.#files++
  }

  onCall(report: CallReport): void {
    this.#write(this.#table.add(report))
  }

  onEnd(summary: SummaryReport, phones: readonly PhoneReport[], outcome: CaptureOutcome): void {
    const rest = this.#table.end()
    const fault = faultOf(outcome)
    const notes = fault === null ? notesOf(outcome) : [fault, ...notesOf(outcome)]
    this.#write(`${rest}${summary.counters.frames === 0 || rest === '' ? '' : '\n'}`)
    this.#write(renderSummary(summary, phones, notes, this.#page))
  }

  onError(_file: string, error: string, offset: number | null): void {
    // Damage stands in the notes of the summary; what was never opened has none.
    if (offset === null && this.#isOneOfMany) this.#write(`${error}\n`)
  }
}

/** Everything about one call. */
export class ExplainView implements ReadView {
  readonly #write: Write
  readonly #page: Page
  readonly #wanted: string
  /** Some calls that are there, for whoever asks for one that is not. */
  readonly others: string[] = []
  isListFull = false
  isFound = false

  constructor(write: Write, page: Page, wanted: string) {
    this.#write = write
    this.#page = page
    this.#wanted = wanted
  }

  onStart(): void {
    // One call is shown, whatever file it is in.
  }

  onCall(report: CallReport): void {
    if (report.id === this.#wanted || report.callIds.includes(this.#wanted)) {
      this.#write(`${this.isFound ? '\n' : ''}${explainCall(report, this.#page)}`)
      this.isFound = true
    } else if (this.others.length < MAX_LISTED) this.others.push(report.id)
    else this.isListFull = true
  }

  onEnd(): void {
    // The evidence of the call says it all.
  }

  onError(): void {
    // It stands on standard error.
  }
}
