/** What a box that starts has to know of the journal: which calls are kept already, and how today went so far. */
import { toJournalFiles } from '../../output/journal/index.ts'
import type { StateClient } from '../state-protocol/index.ts'
import { dayOf, type BoxMemory } from './box-memory.ts'
import type { JournalDesk } from './journal-desk.ts'

/** Records of so many calls at most can be unacknowledged: 2,048 closed ones that the engine keeps, with findings and the like between them. */
const RECENT = 8192
/** A day's records are read beyond that; on the smallest box this takes some seconds. */
const MOST_OF_TODAY = 65_536

/** Before the engine is heard: a call that is on the disk, whose acknowledgement was lost, is not to be written again. */
export const rememberJournal = async (
  desk: JournalDesk,
  client: StateClient,
  memory: BoxMemory,
): Promise<void> => {
  const last = desk.writer.durableSeq
  const today = dayOf(Date.now())
  const firstOfToday = await firstSeqSince(desk, Date.parse(today))
  const from = Math.max(1, last - MOST_OF_TODAY, Math.min(firstOfToday, last - RECENT))
  for await (const record of desk.records(from)) {
    if (record.kind !== 'call') continue
    client.stored(record)
    if (record.clockTrusted && dayOf(Date.parse(record.at)) === today) memory.onEarlier(record.report)
  }
}

/** The first record of the files of that day and later; their names hold the day at Greenwich. */
const firstSeqSince = async (desk: JournalDesk, midnight: number): Promise<number> => {
  const day = new Date(midnight).toISOString().slice(0, 10)
  const files = toJournalFiles((await desk.disk.list()).map(({ name }) => name))
  return files.find((file) => file.day !== null && file.day >= day)?.firstSeq ?? desk.writer.durableSeq
}
