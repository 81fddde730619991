/** What `callseal top` shows, from reports, counters and keys alone: the calls, which one is chosen, what is shown of them. Pure and bounded. */
import { GRADES, GRADE_TABLE, type CallReport, type Grade } from '../../core/index.ts'
import { sanitiseReport } from '../text/index.ts'
import type { TopKey } from './top-keys.ts'

/** The most calls kept; ended ones go first, the oldest of them first. */
const MAX_CALLS = 2048

/** What the engine said of itself last. */
export interface TopCounters {
  readonly interface: string
  /** `ring`, `libpcap` … */
  readonly source: string
  readonly received: number
  readonly dropped: number
  readonly isSampling: boolean
  /** Names of what the engine cannot see now; empty: nothing. */
  readonly blindness: readonly string[]
}

/** Which calls are listed: all, or those under one word of the lamp. */
export type TopFilter = 'all' | 'OPEN' | 'PARTLY' | '?' | 'PRIVATE'
const FILTERS: readonly TopFilter[] = ['all', 'OPEN', '?', 'PARTLY', 'PRIVATE']

/** What a key asks of the program beyond the model itself. */
export type TopRequest =
  | { readonly kind: 'none' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'save'; readonly report: CallReport }

const NOTHING: TopRequest = { kind: 'none' }

/** See the head of this file. */
export class TopModel {
  /** Lines of the list or of the explanation above the first that is shown. */
  scroll = 0
  filter: TopFilter = 'all'
  isPaused = false
  /** The chosen call is shown with all its evidence. */
  isOpen = false
  counters: TopCounters | null = null
  /** What is wrong with the engine, as its name; empty: nothing. */
  fault = ''
  /** One line for the foot of the page; empty if there is nothing to say. */
  notice = ''
  /** Calls that were dropped from the list because it was full. */
  forgotten = 0
  readonly #calls = new Map<string, CallReport>()
  /** What came while the page was held. */
  readonly #held = new Map<string, CallReport>()
  #chosen: string | null = null

  onCall(report: CallReport): void {
    const calls = this.isPaused ? this.#held : this.#calls
    calls.delete(report.id)
    calls.set(report.id, sanitiseReport(report))
    if (calls.size > MAX_CALLS) this.#forget(calls)
  }

  onCounters(counters: TopCounters): void {
    this.counters = counters
  }

  /** How the engine is: while it is not `good`, what is shown is old. */
  onHealth(health: string): void {
    this.fault = health === 'good' ? '' : health
  }

  /** A line for the foot of the page: what was saved, what went wrong. */
  onNotice(text: string): void {
    this.notice = text
  }

  /** The listed calls: those that are up first, the worst of them on top; then the ended ones, the newest on top. */
  get calls(): readonly CallReport[] {
    const listed = [...this.#calls.values()].filter((call) => this.#isListed(call))
    return listed.sort((a, b) => rankOf(a) - rankOf(b) || (a.startedAt < b.startedAt ? 1 : -1))
  }

  /** Calls that are up by grade, worst first; only grades that occur. */
  get tally(): readonly (readonly [grade: Grade, count: number])[] {
    const up = [...this.#calls.values()].filter(({ state }) => state === 'up')
    return GRADES.map((grade) => [grade, up.filter((call) => call.grade === grade).length] as const).filter(
      ([, count]) => count > 0,
    )
  }

  /** The call that the mark is on; null if none is listed. */
  get chosen(): CallReport | null {
    const { calls } = this
    return calls.find(({ id }) => id === this.#chosen) ?? calls[0] ?? null
  }

  /** Does what the key says; `pageLines` is how many lines of the list or the explanation are in view. */
  onKey(key: TopKey, pageLines: number): TopRequest {
    this.notice = ''
    const { chosen } = this
    if (key === 'quit') return { kind: 'quit' }
    if (key === 'save') return chosen === null ? NOTHING : { kind: 'save', report: chosen }
    if (key === 'pause') this.#pause()
    else if (key === 'filter') this.#nextFilter()
    else if (key === 'open' || key === 'back') this.#open(key === 'open' && !this.isOpen && chosen !== null)
    else this.#move(key, pageLines)
    return NOTHING
  }

  #move(key: 'up' | 'down' | 'page-up' | 'page-down', pageLines: number): void {
    const by = { up: -1, down: 1, 'page-up': -pageLines, 'page-down': pageLines }[key]
    if (this.isOpen) {
      this.scroll = Math.max(0, this.scroll + by)
      return
    }
    const { calls } = this
    const at = calls.findIndex(({ id }) => id === this.chosen?.id)
    this.#chosen = calls[Math.max(0, Math.min(calls.length - 1, at + by))]?.id ?? null
  }

  #open(isOpen: boolean): void {
    // The mark stays on this call, whatever comes above it meanwhile.
    this.#chosen = this.chosen?.id ?? null
    this.isOpen = isOpen
    this.scroll = 0
  }

  #pause(): void {
    this.isPaused = !this.isPaused
    if (this.isPaused) return
    const held = [...this.#held.values()]
    this.#held.clear()
    for (const report of held) this.onCall(report)
  }

  #nextFilter(): void {
    this.filter = FILTERS[(FILTERS.indexOf(this.filter) + 1) % FILTERS.length] ?? 'all'
    this.isOpen = false
    this.scroll = 0
  }

  #isListed({ grade }: CallReport): boolean {
    return this.filter === 'all' || GRADE_TABLE[grade].word === this.filter
  }

  #forget(calls: Map<string, CallReport>): void {
    const ended = [...calls.values()].find(({ state }) => state === 'ended')
    const oldest = ended?.id ?? calls.keys().next().value
    if (oldest !== undefined) calls.delete(oldest)
    this.forgotten++
  }
}

const rankOf = ({ state, grade }: CallReport): number =>
  state === 'ended' ? GRADES.length + 1 : state === 'pending' ? GRADES.length : GRADES.indexOf(grade)
