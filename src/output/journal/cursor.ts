/** How far somebody has come with reading a journal, kept beside it. After a crash it may lag (what was read is read again), it never leads. */
import type { JournalDisk } from './journal-disk.ts'

/** Between two writes, in milliseconds: a lagging cursor costs repetitions, a busy one the card's life. */
const AT_MOST_EVERY = 5000

export class Cursor {
  readonly #disk: JournalDisk
  readonly #name: string
  readonly #after: (milliseconds: number, then: () => void) => () => void
  #seq: number
  #kept: number
  #cancel: (() => void) | null = null

  private constructor(
    disk: JournalDisk,
    name: string,
    after: (milliseconds: number, then: () => void) => () => void,
    seq: number,
  ) {
    this.#disk = disk
    this.#name = name
    this.#after = after
    this.#seq = seq
    this.#kept = seq
  }

  /** `name` of its file; without a file, or with one that makes no sense, it stands before the first record. */
  static async open(
    disk: JournalDisk,
    name: string,
    after: (milliseconds: number, then: () => void) => () => void,
  ): Promise<Cursor> {
    const text = (await disk.load(name))?.toString('latin1') ?? ''
    const seq = /^\d{1,15}\n$/u.test(text) ? Number(text) : 0
    return new Cursor(disk, name, after, seq)
  }

  /** The last record that is done with. */
  get seq(): number {
    return this.#seq
  }

  /** Everything up to this record is done with. */
  moveTo(seq: number): void {
    this.#seq = seq
    this.#cancel ??= this.#after(AT_MOST_EVERY, () => {
      this.#cancel = null
      // A disk that fails is the writer's to tell: what is lost here is read again.
      this.keep().catch(() => undefined)
    })
  }

  /** Writes it down now. */
  async keep(): Promise<void> {
    this.#cancel?.()
    this.#cancel = null
    const seq = this.#seq
    if (seq === this.#kept) return
    await this.#disk.replace(this.#name, `${seq}\n`)
    this.#kept = seq
  }
}
