/** A source of numbered records in memory, as the journal would give them: what a test of the outbox publishes. */
import type { OutboxCursor, OutboxRecord, OutboxSource } from '../../src/output/mqtt/index.ts'
import { exposedCall } from '../fakes/reports.ts'

/** The end of a call. */
export const numberedRecord = (seq: number): OutboxRecord => ({
  seq,
  at: '2026-11-23T12:00:00.000Z',
  kind: 'call',
  type: 'end',
  id: `run-1/c-${seq}`,
  before: null,
  report: exposedCall({ id: `c-${seq}` }),
})

export class NumberedSource implements OutboxSource {
  firstSeq = 1
  lastSeq: number
  /** Records that are gone. */
  readonly missing = new Set<number>()
  /** Not for a broker. */
  readonly others = new Set<number>()
  /** Rejects each read while it is set. */
  failure: Error | null = null
  readonly #listeners = new Set<() => void>()

  constructor(lastSeq = 0) {
    this.lastSeq = lastSeq
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the contract is that of a disk
  async *read(fromSeq: number): AsyncGenerator<OutboxRecord> {
    if (this.failure !== null) throw this.failure
    for (let seq = Math.max(fromSeq, this.firstSeq); seq <= this.lastSeq; seq++) {
      if (this.missing.has(seq)) continue
      yield this.others.has(seq)
        ? { seq, at: '2026-11-23T12:00:00.000Z', kind: 'other' }
        : numberedRecord(seq)
    }
  }

  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  append(count = 1): void {
    this.lastSeq += count
    for (const listener of this.#listeners) listener()
  }
}

export class MemoryCursor implements OutboxCursor {
  seq = 0
  writes = 0
  failure: Error | null = null

  get(): number {
    return this.seq
  }

  set(seq: number): void {
    if (this.failure !== null) throw this.failure
    this.seq = seq
    this.writes++
  }
}
