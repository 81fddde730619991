/**
 * What becomes of calls on the disk: one that is over is written down, and only when it cannot be lost any more the engine may forget it; what is bad
 * in a call that is still up is written down at once. What the journal cannot take now is offered again.
 */
import { isAtLeast, type Finding } from '../../core/index.ts'
import type { JournalBody } from '../../output/journal/index.ts'
import { keyOf, type ToldCall } from '../state-protocol/index.ts'

export interface CallKeeperOptions {
  /** As JournalWriter.append: the record's number, or null if it cannot be taken now. */
  readonly append: (body: JournalBody, isUrgent: boolean) => number | null
  /** The call cannot be lost any more. */
  readonly stored: (call: ToldCall) => void
}

/** More open calls than an engine can have. */
const MOST_CALLS = 8192

/** See the head of this file. */
export class CallKeeper {
  readonly #options: CallKeeperOptions
  /** Numbers of records that wait for the disk, in their order. */
  readonly #written = new Map<number, ToldCall>()
  /** Calls that the journal did not take; the state protocol bounds them. */
  #refused: ToldCall[] = []
  /** Ids of findings that were written down, by call. */
  readonly #found = new Map<string, Set<string>>()

  constructor(options: CallKeeperOptions) {
    this.#options = options
  }

  /** Closed calls that are not on the disk yet. */
  get waiting(): number {
    return this.#written.size + this.#refused.length
  }

  onCall(call: ToldCall): void {
    const bad = call.report.findings.filter(({ severity }) => isAtLeast(severity, 'medium'))
    if (bad.length === 0) return
    const key = keyOf(call)
    const known = this.#found.get(key) ?? new Set()
    for (const finding of bad) if (!known.has(finding.id) && this.#keep(call, finding)) known.add(finding.id)
    this.#found.set(key, known)
    const [oldest] = this.#found.keys()
    if (this.#found.size > MOST_CALLS && oldest !== undefined) this.#found.delete(oldest)
  }

  onClosed(call: ToldCall): void {
    this.#found.delete(keyOf(call))
    // In their order: while one waits, none overtakes it.
    if (this.#refused.length > 0 || !this.#append(call)) this.#refused.push(call)
  }

  /** Everything up to this record is on the disk. */
  onDurable(seq: number): void {
    for (const [number, call] of this.#written) {
      if (number > seq) break
      this.#written.delete(number)
      this.#options.stored(call)
    }
    this.#offerAgain()
  }

  #offerAgain(): void {
    while (this.#refused.length > 0) {
      const [first] = this.#refused
      if (first === undefined || !this.#append(first)) return
      this.#refused.shift()
    }
  }

  #append(call: ToldCall): boolean {
    const { run, id, revision, report } = call
    const seq = this.#options.append({ kind: 'call', run, id, revision, report }, false)
    if (seq !== null) this.#written.set(seq, call)
    return seq !== null
  }

  #keep({ run, id }: ToldCall, finding: Finding): boolean {
    return this.#options.append({ kind: 'finding', run, id, finding }, finding.severity === 'high') !== null
  }
}
