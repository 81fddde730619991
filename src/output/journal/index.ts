/** The journal: what the box has seen, on the disk; store, outbox and report in one. */
export { Cursor } from './cursor.ts'
export type { DiskHealth } from './disk-health.ts'
export { FolderDisk, type JournalDisk } from './journal-disk.ts'
export { toJournalFiles, type JournalFile } from './journal-files.ts'
export { lockJournal } from './journal-lock.ts'
export { JournalReader, type JournalGap } from './journal-reader.ts'
export type { JournalBody, JournalKind, JournalRecord, PartName } from './journal-record.ts'
export { JournalWriter, type JournalLimits, type RecordTime } from './journal-writer.ts'
