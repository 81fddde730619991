/**
 * Where a journal ends, after whatever happened to the machine: the last whole record, and the file to go on in. What was torn off behind it was
 * acknowledged to nobody.
 */
import { toJournalFiles } from './journal-files.ts'
import type { JournalDisk } from './journal-disk.ts'
import { decodeRecord } from './journal-record.ts'
import { scanLines } from './scan-lines.ts'

export interface JournalEnd {
  /** 0: there is no record. */
  readonly lastSeq: number
  /** The newest file and its size up to the last whole record; null if a new one is to be begun. */
  readonly file: { readonly name: string; readonly size: number; readonly day: string | null } | null
}

/** Looks from the newest file backwards for one that has a whole record. */
export const recoverEnd = async (disk: JournalDisk): Promise<JournalEnd> => {
  const files = toJournalFiles((await disk.list()).map(({ name }) => name))
  for (const [index, { name, firstSeq, day }] of files.toReversed().entries()) {
    const bytes = (await disk.load(name)) ?? Buffer.alloc(0)
    let lastSeq = 0
    let size = 0
    scanLines(bytes, (line, end) => {
      const record = decodeRecord(line)
      if (record === null || record.seq < lastSeq) return
      lastSeq = record.seq
      size = end
    })
    const isNewest = index === 0
    if (lastSeq > 0) return { lastSeq, file: isNewest ? { name, size, day } : null }
    // Nothing whole in it, and nothing in it was ever acknowledged: it is begun anew. Its name says what came before.
    if (isNewest && files.length === 1) return { lastSeq: firstSeq - 1, file: { name, size: 0, day } }
  }
  return { lastSeq: 0, file: null }
}
