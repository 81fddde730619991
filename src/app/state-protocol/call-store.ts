/**
 * The calls of an engine as its clients may still want them: every open one, and every closed one until the box acknowledged it. Bounded: of
 * the closed ones the oldest gives way, and is counted, when nobody acknowledges them. Pure.
 */
import type { CallReport } from '../../core/index.ts'
import { encodeCall } from './encode-message.ts'
import { keyOf, MAX_LINE, type CallMessage } from './messages.ts'
import { toTruncated, withoutParties } from './truncate-report.ts'

/** Closed calls that wait for a box. */
export const MAX_CLOSED = 2048
/** And their lines in bytes: a flood of big calls must not fill the memory either. */
const MAX_CLOSED_BYTES = 32 * 1024 * 1024

interface OpenCall {
  readonly run: string
  readonly id: string
  revision: number
  report: CallReport
}

interface ClosedCall {
  readonly run: string
  readonly id: string
  readonly revision: number
  readonly line: Uint8Array
}

/** Hears what clients must be told. */
export interface StoreListener {
  onChanged(key: string): void
  /** A closed call is kept no longer: the box has it, or there was no room. */
  onForgotten(key: string, line: Uint8Array, why: 'acknowledged' | 'dropped'): void
}

/** See the head of this file. */
export class CallStore {
  /** Closed calls that gave way. */
  dropped = 0
  /** Reports that did not fit into a line whole. */
  shortened = 0
  readonly #open = new Map<string, OpenCall>()
  readonly #closed = new Map<string, ClosedCall>()
  readonly #listener: StoreListener
  #closedBytes = 0

  constructor(listener: StoreListener) {
    this.#listener = listener
  }

  get openCount(): number {
    return this.#open.size
  }

  get closedCount(): number {
    return this.#closed.size
  }

  /** Reports of the calls that are open. */
  *openReports(): IterableIterator<CallReport> {
    for (const { report } of this.#open.values()) yield report
  }

  /** Everything that a new client must be told, the oldest first. */
  *keys(): IterableIterator<string> {
    yield* this.#closed.keys()
    yield* this.#open.keys()
  }

  /** The newest report of an open call. */
  onOpen(run: string, report: CallReport): void {
    const key = keyOf({ run, id: report.id })
    const known = this.#open.get(key)
    if (known === undefined) this.#open.set(key, { run, id: report.id, revision: 1, report })
    else {
      known.revision++
      known.report = report
    }
    this.#listener.onChanged(key)
  }

  /** The last report of a call. */
  onClosed(run: string, report: CallReport): void {
    const key = keyOf({ run, id: report.id })
    const revision = (this.#open.get(key)?.revision ?? 0) + 1
    this.#open.delete(key)
    this.#keep(key, { run, id: report.id, revision, line: this.#encode(run, revision, 'closed', report) })
    this.#listener.onChanged(key)
    this.#makeRoom()
  }

  /** The box has stored it. False if this is no closed call of that revision. */
  onAck(run: string, id: string, revision: number): boolean {
    const key = keyOf({ run, id })
    const call = this.#closed.get(key)
    if (call?.revision !== revision) return false
    this.#forget(key, call)
    this.#listener.onForgotten(key, call.line, 'acknowledged')
    return true
  }

  /** What is open is over: its engine is no more. */
  truncateOpen(): void {
    for (const { run, report } of [...this.#open.values()]) this.onClosed(run, toTruncated(report))
  }

  /** Privacy became stricter: nobody is named in what waits. */
  dropParties(): void {
    for (const [key, call] of this.#closed) {
      const message = JSON.parse(Buffer.from(call.line).toString('utf8')) as CallMessage
      const line = this.#encode(call.run, call.revision, 'closed', withoutParties(message.report))
      this.#closedBytes += line.length - call.line.length
      this.#closed.set(key, { ...call, line })
    }
  }

  /** The call as a line now; null if it is not kept any more. */
  lineOf(key: string): Uint8Array | null {
    const closed = this.#closed.get(key)
    if (closed !== undefined) return closed.line
    const open = this.#open.get(key)
    return open === undefined ? null : this.#encode(open.run, open.revision, 'open', open.report)
  }

  #encode(run: string, revision: number, state: CallMessage['state'], report: CallReport): Uint8Array {
    const { bytes, isShortened } = encodeCall({ type: 'call', run, id: report.id, revision, state, report })
    if (isShortened && state === 'closed') this.shortened++
    return bytes
  }

  #keep(key: string, call: ClosedCall): void {
    this.#closed.set(key, call)
    this.#closedBytes += call.line.length
  }

  #forget(key: string, call: ClosedCall): void {
    this.#closed.delete(key)
    this.#closedBytes -= call.line.length
  }

  #makeRoom(): void {
    for (const [key, call] of this.#closed) {
      if (this.#closed.size <= MAX_CLOSED && this.#closedBytes <= MAX_CLOSED_BYTES + MAX_LINE) return
      this.#forget(key, call)
      this.dropped++
      this.#listener.onForgotten(key, call.line, 'dropped')
    }
  }
}
