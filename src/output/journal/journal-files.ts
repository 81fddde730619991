/** The names of the journal's files: `000000000123-2026-11-23.jsonl`, by the first `seq` in it and the day; `undated` while the clock is not trusted. */

export const LINES_SUFFIX = '.jsonl'
const SEQ_DIGITS = 12
const NAME = /^(\d{12,15})-(\d{4}-\d{2}-\d{2}|undated)\.jsonl$/u

export interface JournalFile {
  readonly name: string
  readonly firstSeq: number
  /** `2026-11-23`, UTC; null if nobody knew. */
  readonly day: string | null
}

export const fileNameOf = (firstSeq: number, day: string | null): string =>
  `${String(firstSeq).padStart(SEQ_DIGITS, '0')}-${day ?? 'undated'}${LINES_SUFFIX}`

/** The journal's among the names in a folder, oldest first. Others are left alone. */
export const toJournalFiles = (names: readonly string[]): JournalFile[] =>
  names
    .map((name) => ({ name, match: NAME.exec(name) }))
    .filter(({ match }) => match !== null)
    .map(({ name, match }) => ({
      name,
      firstSeq: Number(match?.[1]),
      day: match?.[2] === 'undated' ? null : (match?.[2] ?? null),
    }))
    .sort((a, b) => a.firstSeq - b.firstSeq)

const DAY = 86_400_000

/**
 * Files that are to go: whose day and whose successor's are older than `keepDays` before `today` (null: the clock is not trusted, so no day
 * decides), and the oldest beyond `keepBytes` in all. Never the newest.
 */
export const outdatedFiles = (
  files: readonly (JournalFile & { readonly size: number })[],
  limits: { readonly keepDays: number; readonly keepBytes: number },
  today: string | null,
): JournalFile[] => {
  let total = files.reduce((sum, { size }) => sum + size, 0)
  const oldest =
    today === null ? '' : new Date(Date.parse(today) - limits.keepDays * DAY).toISOString().slice(0, 10)
  const outdated: JournalFile[] = []
  for (const [index, file] of files.slice(0, -1).entries()) {
    // A file without a day is as old as the first after it that has one.
    const day = files.slice(index).find((later) => later.day !== null)?.day ?? null
    const isOld = day !== null && day < oldest
    if (!isOld && total <= limits.keepBytes) break
    outdated.push(file)
    total -= file.size
  }
  return outdated
}
