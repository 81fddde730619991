/**
 * Reads a part of the source in order and holds a few records ready. What is missing is certain only when a later record is there: until then the
 * lane waits for more. A source that fails is read again.
 */
import type { OutboxRecord } from './box-state.ts'
import type { SeqRanges } from './seq-ranges.ts'
import type { Surroundings } from './surroundings.ts'

/** Where the records come from: the journal. It gives only what a power cut could not take back, for a `seq` is never used twice. */
export interface OutboxSource {
  /** The first record that is still there; more than lastSeq: there is none. */
  readonly firstSeq: number
  /** The last record that read() gives. */
  readonly lastSeq: number
  /** What is there from `fromSeq` on, in ascending order. */
  read(fromSeq: number): AsyncIterable<OutboxRecord>
  /** Calls back after records were appended; gives the function that ends it. */
  onAppended(listener: () => void): () => void
}

/** One record; or a gap, where the record is null. */
export interface LaneItem {
  readonly fromSeq: number
  readonly toSeq: number
  readonly record: OutboxRecord | null
}

export interface LaneOptions {
  readonly source: OutboxSource
  /** These are sent already. */
  readonly done: SeqRanges
  readonly surroundings: Surroundings
  readonly onReady: () => void
  readonly onTrouble: (sentence: string) => void
}

/** So many records are held in memory. */
const MAX_READY = 32
/** After a failure of the source, milliseconds. */
const READ_AGAIN = 5000

export class OutboxLane {
  readonly #options: LaneOptions
  #ready: LaneItem[] = []
  #next = 1
  #through = Infinity
  /** Rises with each restart: readers of the past find out by it. */
  #run = 0
  #isReading = false
  /** Something was appended while it read. */
  #isStale = false
  #onTaken: (() => void) | null = null
  #cancelRetry: () => void = () => undefined

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** Reads from `from` to `through`, whatever it did before. */
  restart(from: number, through = Infinity): void {
    this.stop()
    this.#next = from
    this.#through = through
    this.wake()
  }

  stop(): void {
    this.#run++
    this.#ready = []
    this.#isReading = false
    this.#isStale = false
    this.#next = Infinity
    this.#cancelRetry()
    this.#onTaken?.()
    this.#onTaken = null
  }

  /** There may be more to read. */
  wake(): void {
    if (this.#next > Math.min(this.#through, this.#options.source.lastSeq)) return
    if (this.#isReading) this.#isStale = true
    else void this.#read(this.#run)
  }

  take(): LaneItem | null {
    const item = this.#ready.shift() ?? null
    if (this.#ready.length < MAX_READY / 2) this.#onTaken?.()
    return item
  }

  /** Back to the front: what could not be sent. */
  putBack(item: LaneItem): void {
    this.#ready.unshift(item)
  }

  async #read(run: number): Promise<void> {
    this.#isReading = true
    try {
      do await this.#readOnce(run)
      while (run === this.#run && this.#takeStale())
    } catch (error) {
      if (run !== this.#run) return
      this.#options.onTrouble(`the journal cannot be read: ${(error as Error).message}`)
      this.#cancelRetry = this.#options.surroundings.timers.after(READ_AGAIN, () => this.wake())
    } finally {
      if (run === this.#run) this.#isReading = false
    }
  }

  #takeStale(): boolean {
    const wasStale = this.#isStale
    this.#isStale = false
    return wasStale
  }

  async #readOnce(run: number): Promise<void> {
    const { source, done } = this.#options
    for await (const record of source.read(this.#next)) {
      if (run !== this.#run) return
      if (record.seq < this.#next) continue
      this.#offerGaps(Math.min(record.seq - 1, this.#through))
      if (record.seq > this.#through) return
      if (done.endOf(record.seq) === null) this.#offer({ fromSeq: record.seq, toSeq: record.seq, record })
      this.#next = record.seq + 1
      if (this.#next > this.#through) return
      if (this.#ready.length >= MAX_READY) await this.#whenTaken()
      if (run !== this.#run) return
    }
  }

  /** Everything up to `to` that is neither read nor done is missing for good. */
  #offerGaps(to: number): void {
    const { done } = this.#options
    while (this.#next <= to) {
      const end = done.endOf(this.#next)
      const last = end ?? Math.min(to, done.nextFrom(this.#next) - 1)
      if (end === null) this.#offer({ fromSeq: this.#next, toSeq: last, record: null })
      this.#next = last + 1
    }
  }

  #offer(item: LaneItem): void {
    this.#ready.push(item)
    this.#options.onReady()
  }

  #whenTaken(): Promise<void> {
    return new Promise((resolve) => {
      this.#onTaken = () => {
        this.#onTaken = null
        resolve()
      }
    })
  }
}
