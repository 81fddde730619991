/** What becomes of a call whose engine is gone: it is over, nobody saw its end, and what was not shown to be open is not certain any more. */
import type { CallReport } from '../../core/index.ts'

/** What was shown stays shown (VERDICTS §1: a red grade is never in question); anything better was not seen to its end. */
const isShownOpen = ({ grade }: CallReport): boolean => grade === 'exposed' || grade === 'audio-exposed'

/** The report as the last of its call. */
export const toTruncated = (report: CallReport): CallReport => {
  const incomplete: CallReport['incomplete'] = report.incomplete.includes('truncated')
    ? report.incomplete
    : [...report.incomplete, 'truncated']
  const ended = { ...report, state: 'ended', incomplete } as const
  if (isShownOpen(report)) return ended
  const doubts = report.grade === 'undetermined' ? report.reasons : []
  return { ...ended, grade: 'undetermined', reasons: [...new Set([...doubts, 'truncated'])] }
}

/** The report without any party, for when privacy became stricter while it waited. */
export const withoutParties = (report: CallReport): CallReport => ({
  ...report,
  from: null,
  to: null,
  exposure: { ...report.exposure, parties: [] },
})
