/** The journal of the box: opened with what else stands beside it, and its state said. Without one (locked, unreadable) the box goes on and says so. */
import { existsSync, readFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import {
  FolderDisk,
  JournalReader,
  JournalWriter,
  lockJournal,
  type DiskHealth,
  type JournalBody,
  type JournalLimits,
  type JournalRecord,
} from '../../output/journal/index.ts'
import { makeFolder } from '../make-folder.ts'
import type { Timers } from '../timers.ts'
import type { CallReport } from '../../core/index.ts'

/** Before this release was made no clock was right. */
const RELEASED = Date.UTC(2026, 0, 1)
const BOOT_ID = '/proc/sys/kernel/random/boot_id'

export interface JournalDeskOptions {
  readonly folder: string
  readonly limits: JournalLimits
  readonly timers: Timers
  readonly onDurable: (seq: number) => void
  readonly onHealth: (health: DiskHealth) => void
}

/** The kernel's name of this boot; where a sandbox hides it, one of this start. */
const bootId = (): string => (existsSync(BOOT_ID) ? readFileSync(BOOT_ID, 'latin1').trim() : randomUUID())

/** See the head of this file. */
export class JournalDesk {
  readonly disk: FolderDisk
  readonly writer: JournalWriter
  readonly #unlock: () => void

  private constructor(disk: FolderDisk, writer: JournalWriter, unlock: () => void) {
    this.disk = disk
    this.writer = writer
    this.#unlock = unlock
  }

  /** Gives a sentence instead if there can be no journal. */
  static async open({
    folder,
    limits,
    timers,
    onDurable,
    onHealth,
  }: JournalDeskOptions): Promise<JournalDesk | string> {
    try {
      makeFolder(folder)
      const unlock = await lockJournal(folder)
      if (unlock === null)
        return `another program writes the journal in ${folder}: nothing is kept by this one`
      const disk = new FolderDisk(folder)
      const boot = bootId()
      const writer = await JournalWriter.open({
        disk,
        limits,
        now: () => {
          const wall = Date.now()
          return {
            at: new Date(wall).toISOString(),
            monotonic: performance.now(),
            boot,
            clockTrusted: wall >= RELEASED,
          }
        },
        after: timers.after,
        onDurable,
        onHealth,
      })
      return new JournalDesk(disk, writer, unlock)
    } catch (error) {
      return `no journal can be kept in ${folder} (${(error as Error).message}): calls are judged and shown only; see journal.folder`
    }
  }

  append(body: JournalBody, isUrgent: boolean): number | null {
    return this.writer.append(body, isUrgent)
  }

  /** What is on the disk from a record on. */
  async *records(fromSeq: number): AsyncGenerator<JournalRecord> {
    for await (const record of new JournalReader(this.disk).read(fromSeq, this.writer.durableSeq))
      if (record.kind !== 'gap') yield record
  }

  async *callsFrom(seq: number): AsyncGenerator<CallReport> {
    for await (const record of this.records(seq)) if (record.kind === 'call') yield record.report
  }

  async close(): Promise<void> {
    await this.writer.close()
    this.#unlock()
  }
}
