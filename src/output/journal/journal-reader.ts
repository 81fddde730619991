/**
 * Reads a journal in the order of `seq`, also while somebody writes it. What is missing or damaged is told as a gap; a torn end is not there yet. A
 * record that stands twice (written again after a disk that failed) is told once. One chunk of a file is in memory at a time.
 */
import { toJournalFiles, type JournalFile } from './journal-files.ts'
import type { JournalDisk } from './journal-disk.ts'
import { decodeRecord, LONGEST_LINE, type JournalRecord } from './journal-record.ts'
import { scanLines } from './scan-lines.ts'

/** Records that cannot be told: retention took them, or damage. */
export interface JournalGap {
  readonly kind: 'gap'
  readonly fromSeq: number
  readonly toSeq: number
}

const CHUNK = 1 << 16

/** Where reading goes on. */
interface Position {
  readonly file: JournalFile
  readonly offset: number
  /** The last record before it. */
  readonly seq: number
}

/** See the head of this file. One reader remembers where it was: to go on costs nothing, to go back a look into one file. */
export class JournalReader {
  /** Lines that were damaged, so far. */
  damaged = 0
  readonly #disk: JournalDisk
  #position: Position | null = null

  constructor(disk: JournalDisk) {
    this.#disk = disk
  }

  /** Reading from the record behind this one costs nothing; null: it has read nothing yet. */
  get seq(): number | null {
    return this.#position?.seq ?? null
  }

  /** Everything from `fromSeq` to `throughSeq`, as far as it is there. */
  async *read(fromSeq: number, throughSeq = Infinity): AsyncGenerator<JournalRecord | JournalGap> {
    const known = this.#position
    const resumes = known !== null && known.seq === fromSeq - 1
    let seq = fromSeq - 1
    for await (const { record, position } of this.#records(resumes ? known : null, fromSeq)) {
      if (record.seq <= seq) continue
      if (record.seq > throughSeq) return
      if (record.seq > seq + 1) yield { kind: 'gap', fromSeq: seq + 1, toSeq: record.seq - 1 }
      seq = record.seq
      this.#position = position
      yield record
    }
  }

  /** The first `seq` that is there; null if there is none. */
  async firstSeq(): Promise<number | null> {
    for await (const { record } of this.#records(null, 0)) return record.seq
    return null
  }

  async *#records(
    from: Position | null,
    fromSeq: number,
  ): AsyncGenerator<{ record: JournalRecord; position: Position }> {
    const files = toJournalFiles((await this.#disk.list()).map(({ name }) => name))
    const first = Math.max(
      0,
      files.findLastIndex(({ firstSeq }) => firstSeq <= (from?.file.firstSeq ?? fromSeq)),
    )
    for (const file of files.slice(first)) {
      const offset = file.name === from?.file.name ? from.offset : 0
      yield* this.#recordsOf(file, offset)
    }
  }

  async *#recordsOf(
    file: JournalFile,
    start: number,
  ): AsyncGenerator<{ record: JournalRecord; position: Position }> {
    let rest: Buffer = Buffer.alloc(0)
    for (let offset = start; ;) {
      const chunk = await this.#disk.read(file.name, offset, CHUNK).catch((error: unknown) => {
        // Retention was quicker.
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      })
      if (chunk === null || chunk.length === 0) return
      const base = offset - rest.length
      offset += chunk.length
      const whole: { record: JournalRecord; end: number }[] = []
      rest = scanLines(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]), (line, end) => {
        const record = decodeRecord(line)
        if (record === null) this.damaged++
        else whole.push({ record, end: base + end })
      })
      if (rest.length > LONGEST_LINE) rest = rest.subarray(rest.length)
      for (const { record, end } of whole) yield { record, position: { file, offset: end, seq: record.seq } }
    }
  }
}
