/**
 * Appends to a journal. What it takes gets a `seq` at once, and is durable when `onDurable` says so: a batch at most 5 s later, or at once if it is
 * urgent. It never throws for the disk's sake: what could not be written stays in memory and is tried again, in another file if need be, because
 * after a failed fdatasync nobody knows what is on the disk. When there is no more room in memory it takes nothing (null), and whoever has the
 * record keeps it.
 */
import { fileNameOf, outdatedFiles, toJournalFiles } from './journal-files.ts'
import type { JournalAppender, JournalDisk } from './journal-disk.ts'
import { toDiskHealth, type DiskHealth } from './disk-health.ts'
import { recoverEnd, type JournalEnd } from './recover-end.ts'
import { encodeRecord, LONGEST_LINE, type JournalBody, type RecordHead } from './journal-record.ts'

/** Longest time until a batch is written, in milliseconds. */
export const BATCH = 5000
/** A file that has grown beyond it is followed by another. */
export const MOST_BYTES = 8 << 20
/** A batch of so many bytes is written at once: what waits is in memory here, and with whoever wants to know that it is on the disk. */
const BATCH_BYTES = 256 << 10
/** What may wait in memory for the disk. */
const MOST_WAITING = 4 << 20
/** Between two tries at a disk that fails, in milliseconds: at first, and at most. */
const FIRST_RETRY = 1000
const LAST_RETRY = 30_000

/** Time as a record carries it. */
export type RecordTime = Omit<RecordHead, 'seq'>

export interface JournalLimits {
  readonly keepDays: number
  readonly keepBytes: number
}

export interface JournalWriterOptions {
  readonly disk: JournalDisk
  readonly limits: JournalLimits
  readonly now: () => RecordTime
  /** Runs `then` after so many milliseconds; the result calls it off. */
  readonly after: (milliseconds: number, then: () => void) => () => void
  /** Everything up to this `seq` is on the disk. */
  readonly onDurable: (seq: number) => void
  readonly onHealth: (health: DiskHealth) => void
}

interface Waiting {
  readonly seq: number
  readonly line: Buffer
}

interface OpenFile {
  readonly appender: JournalAppender
  size: number
  readonly day: string | null
}

/** See the head of this file. */
export class JournalWriter {
  readonly #options: JournalWriterOptions
  #limits: JournalLimits
  #nextSeq: number
  #durable: number
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #file: OpenFile | null = null
  /** The file to go on in, until it was tried. */
  #last: JournalEnd['file']
  #cancelTimer: (() => void) | null = null
  #isUrgent = false
  #work: Promise<void> = Promise.resolve()
  #isWorking = false
  #isClosed = false
  #retry = FIRST_RETRY
  #health: DiskHealth = { state: 'good', sentence: '' }
  /** Records that were refused because too much waits. */
  refused = 0

  private constructor(options: JournalWriterOptions, end: JournalEnd) {
    this.#options = options
    this.#limits = options.limits
    this.#nextSeq = end.lastSeq + 1
    this.#durable = end.lastSeq
    this.#last = end.file
  }

  /** Looks where the journal ends; rejects if it cannot be read at all. */
  static async open(options: JournalWriterOptions): Promise<JournalWriter> {
    return new JournalWriter(options, await recoverEnd(options.disk))
  }

  get health(): DiskHealth {
    return this.#health
  }

  /** The newest record that is on the disk; 0: none ever was. */
  get durableSeq(): number {
    return this.#durable
  }

  set limits(limits: JournalLimits) {
    this.#limits = limits
  }

  /** The record's `seq`, or null if it cannot be taken now. Throws RangeError for one that no reader would take. */
  append(body: JournalBody, isUrgent = false): number | null {
    if (this.#isClosed || this.#waitingBytes >= MOST_WAITING) {
      this.refused++
      return null
    }
    const seq = this.#nextSeq
    const line = encodeRecord({ seq, ...this.#options.now(), ...body })
    if (line.length > LONGEST_LINE) throw new RangeError(`a record of ${line.length} bytes: ${body.kind}`)
    this.#nextSeq++
    this.#waiting.push({ seq, line })
    this.#waitingBytes += line.length
    this.#schedule(isUrgent || this.#waitingBytes >= BATCH_BYTES)
    return seq
  }

  /** Writes what waits, as far as the disk lets it, and takes no more. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#work
    if (this.#waiting.length > 0) await this.#flush()
    this.#cancelTimer?.()
    this.#cancelTimer = null
    await this.#closeFile()
  }

  #schedule(isUrgent: boolean): void {
    // A disk that fails is tried at its own pace.
    if (isUrgent && !this.#isUrgent && this.#health.state === 'good') {
      this.#isUrgent = true
      this.#cancelTimer?.()
      this.#cancelTimer = null
      this.#start()
    } else if (this.#cancelTimer === null && !this.#isWorking) this.#startAfter(BATCH)
  }

  #startAfter(milliseconds: number): void {
    this.#cancelTimer?.()
    this.#cancelTimer = this.#options.after(milliseconds, () => {
      this.#cancelTimer = null
      this.#start()
    })
  }

  #start(): void {
    // What comes while it works is written by the next round.
    if (this.#isWorking) return
    this.#isWorking = true
    this.#isUrgent = false
    this.#work = this.#flush().finally(() => {
      this.#isWorking = false
      if (this.#isClosed || this.#waiting.length === 0) return
      if (this.#health.state !== 'good') this.#startAfter(this.#retry)
      else if (this.#isUrgent) this.#start()
      else this.#startAfter(BATCH)
    })
  }

  async #flush(): Promise<void> {
    // More may come while it is written.
    const batch = [...this.#waiting]
    const bytes = Buffer.concat(batch.map(({ line }) => line))
    try {
      const file = await this.#fileFor(batch[0]?.seq ?? this.#nextSeq)
      await file.appender.write(bytes)
      await file.appender.sync()
      file.size += bytes.length
    } catch (error) {
      await this.#onFailure(error)
      return
    }
    this.#waiting = this.#waiting.slice(batch.length)
    this.#waitingBytes -= bytes.length
    this.#durable = batch.at(-1)?.seq ?? this.#durable
    this.#retry = FIRST_RETRY
    this.#setHealth({ state: 'good', sentence: '' })
    this.#options.onDurable(this.#durable)
  }

  /** The open file, or the next. */
  async #fileFor(seq: number): Promise<OpenFile> {
    const { at, clockTrusted } = this.#options.now()
    const today = clockTrusted ? at.slice(0, 10) : null
    const open = this.#file
    if (open !== null && open.size < MOST_BYTES && (today === null || open.day === today)) return open
    await this.#closeFile()
    const goesOn =
      this.#last !== null && this.#last.size < MOST_BYTES && (today === null || this.#last.day === today)
    const { name, size, day } =
      goesOn && this.#last !== null ? this.#last : { name: fileNameOf(seq, today), size: 0, day: today }
    this.#last = null
    const appender = await this.#options.disk.openAt(name, size)
    this.#file = { appender, size, day }
    await this.#retain(today)
    return this.#file
  }

  async #closeFile(): Promise<void> {
    const { appender } = this.#file ?? {}
    this.#file = null
    // Everything in it that counts was synced.
    await appender?.close().catch(() => undefined)
  }

  async #onFailure(error: unknown): Promise<void> {
    await this.#closeFile()
    this.#last = null
    this.#setHealth(toDiskHealth(error))
    this.#retry = Math.min(2 * this.#retry, LAST_RETRY)
    // Old records make room for new ones, but only as far as the limits say.
    await this.#retain(null).catch(() => undefined)
  }

  async #retain(today: string | null): Promise<void> {
    const { disk } = this.#options
    const listed = await disk.list()
    const sizes = new Map(listed.map(({ name, size }) => [name, size]))
    const files = toJournalFiles([...sizes.keys()]).map((file) => ({
      ...file,
      size: sizes.get(file.name) ?? 0,
    }))
    await disk.remove(outdatedFiles(files, this.#limits, today).map(({ name }) => name))
  }

  #setHealth(health: DiskHealth): void {
    if (health.state === this.#health.state) return
    this.#health = health
    this.#options.onHealth(health)
  }
}
