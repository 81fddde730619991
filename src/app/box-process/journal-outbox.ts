/** The journal as the broker's side reads it: records as news, in order, and again from where it was. */
import { JournalReader, type JournalRecord } from '../../output/journal/index.ts'
import type { OutboxRecord, OutboxSource, ToldVerdict } from '../../output/mqtt/index.ts'
import { callIdOf } from './box-memory.ts'
import type { JournalDesk } from './journal-desk.ts'

export interface JournalOutboxOptions {
  readonly desk: JournalDesk
  /** What the broker was told of a call before its end; null: nothing, or nobody knows. */
  readonly toldBefore: (callId: string) => ToldVerdict | null
}

/** What waited and what is new are read side by side. */
const READERS = 2

/** See the head of this file. */
export class JournalOutbox implements OutboxSource {
  readonly #options: JournalOutboxOptions
  /** Each remembers where it is: reading on must not mean reading a file from its start. */
  readonly #readers: readonly JournalReader[]
  #turn = 0
  readonly #listeners = new Set<() => void>()
  readonly firstSeq: number

  private constructor(options: JournalOutboxOptions, firstSeq: number) {
    this.#options = options
    this.#readers = Array.from({ length: READERS }, () => new JournalReader(options.desk.disk))
    this.firstSeq = firstSeq
  }

  /** Rejects if the journal cannot be read. */
  static async open(options: JournalOutboxOptions): Promise<JournalOutbox> {
    const first = await new JournalReader(options.desk.disk).firstSeq()
    return new JournalOutbox(options, first ?? options.desk.writer.durableSeq + 1)
  }

  get lastSeq(): number {
    return this.#options.desk.writer.durableSeq
  }

  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Records up to here are on the disk. */
  onDurable(): void {
    for (const listener of this.#listeners) listener()
  }

  async *read(fromSeq: number): AsyncGenerator<OutboxRecord> {
    for await (const record of this.#readerAt(fromSeq).read(fromSeq, this.lastSeq))
      if (record.kind !== 'gap') yield this.#toNews(record)
  }

  #readerAt(fromSeq: number): JournalReader {
    const there = this.#readers.find((reader) => reader.seq === fromSeq - 1)
    this.#turn = (this.#turn + 1) % READERS
    const next = there ?? this.#readers[this.#turn]
    if (next === undefined) throw new Error('no reader')
    return next
  }

  #toNews(record: JournalRecord): OutboxRecord {
    const { seq, at } = record
    if (record.kind === 'finding')
      return { seq, at, kind: 'finding', callId: callIdOf(record), finding: record.finding }
    if (record.kind !== 'call') return { seq, at, kind: 'other' }
    const id = callIdOf(record)
    const before = this.#options.toldBefore(id)
    return { seq, at, kind: 'call', type: 'end', id, before, report: record.report }
  }
}
