/** A survey: a named stretch of time, whose calls are added up. It goes on after a restart of the box: beside the journal stands where it began. */
import type { CallReport, Grade } from '../../core/index.ts'
import type { JournalBody, JournalDisk } from '../../output/journal/index.ts'
import { noCalls } from './box-memory.ts'

const FILE = 'survey.json'
const LONGEST_NAME = 60

/** The survey that runs, or the last one since the start. */
export interface ShownSurvey {
  readonly name: string
  readonly isRunning: boolean
  /** Wall clock at its begin, milliseconds since the epoch. */
  readonly startedAt: number
  /** How long it took, or takes so far. */
  readonly seconds: number
  /** Calls by grade. */
  readonly totals: Readonly<Record<Grade, number>>
}

/** The survey that runs now. */
export interface RunningSurvey {
  readonly name: string
  /** Wall clock at its begin, milliseconds since the epoch. */
  readonly startedAt: number
  /** Its first record. */
  readonly fromSeq: number
}

export interface SurveyOptions {
  readonly disk: JournalDisk
  readonly append: (body: JournalBody, isUrgent: boolean) => number | null
  /** Calls of the journal from a record on: those that were counted before a restart. */
  readonly callsFrom: (seq: number) => AsyncIterable<CallReport>
  readonly wall: () => number
}

/** See the head of this file. */
export class Survey {
  readonly #options: SurveyOptions
  #running: RunningSurvey | null = null
  #last: (RunningSurvey & { readonly endedAt: number }) | null = null
  #calls = noCalls()

  private constructor(options: SurveyOptions) {
    this.#options = options
  }

  /** Takes up the survey that ran when the box last stopped. Rejects if the journal cannot be read. */
  static async open(options: SurveyOptions): Promise<Survey> {
    const survey = new Survey(options)
    const running = parseRunning((await options.disk.load(FILE))?.toString('utf8') ?? '')
    if (running === null) return survey
    survey.#running = running
    for await (const report of options.callsFrom(running.fromSeq)) survey.onClosed(report)
    return survey
  }

  get running(): RunningSurvey | null {
    return this.#running
  }

  /** Null: there was none. */
  get shown(): ShownSurvey | null {
    const survey = this.#running ?? this.#last
    if (survey === null) return null
    const { name, startedAt } = survey
    const until = this.#running === null && this.#last !== null ? this.#last.endedAt : this.#options.wall()
    return {
      name,
      isRunning: this.#running !== null,
      startedAt,
      // The clock may have been set meanwhile.
      seconds: Math.max(0, (until - startedAt) / 1000),
      totals: { ...this.#calls },
    }
  }

  onClosed({ grade }: CallReport): void {
    if (this.#running !== null) this.#calls[grade]++
  }

  /** Begins one; `name` may be empty. Gives why not, or null. */
  async start(name: string): Promise<string | null> {
    if (this.#running !== null) return `the survey ${this.#running.name} is running: stop it first`
    const startedAt = this.#options.wall()
    const shown =
      name.trim().slice(0, LONGEST_NAME) || new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ')
    const fromSeq = this.#options.append({ kind: 'survey', action: 'start', name: shown }, true)
    if (fromSeq === null) return 'the journal takes nothing now: see its state'
    this.#running = { name: shown, startedAt, fromSeq }
    this.#calls = noCalls()
    return this.#keep(JSON.stringify(this.#running))
  }

  /** Ends it. Gives why not, or null. */
  async stop(): Promise<string | null> {
    const running = this.#running
    if (running === null) return 'no survey is running'
    if (this.#options.append({ kind: 'survey', action: 'stop', name: running.name }, true) === null)
      return 'the journal takes nothing now: see its state'
    this.#running = null
    this.#last = { ...running, endedAt: this.#options.wall() }
    return this.#keep('')
  }

  async #keep(text: string): Promise<string | null> {
    try {
      await this.#options.disk.replace(FILE, text)
      return null
    } catch (error) {
      return `it would not outlive a restart: ${(error as Error).message}`
    }
  }
}

/** Null for what was not written by #keep. */
const parseRunning = (text: string): RunningSurvey | null => {
  if (text === '') return null
  try {
    const { name, startedAt, fromSeq } = JSON.parse(text) as Partial<RunningSurvey>
    return typeof name === 'string' && Number.isFinite(startedAt) && Number.isSafeInteger(fromSeq)
      ? { name, startedAt: startedAt ?? 0, fromSeq: fromSeq ?? 0 }
      : null
  } catch {
    // A torn or foreign file: there is no survey that could be taken up.
    return null
  }
}
