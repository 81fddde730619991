/** What is wrong with a capture, in words: why reading stopped, and what its frames lack. */
import type { CaptureFaultReason, CaptureOutcome } from '../../capture/index.ts'
import { groupDigits } from '../../output/text/index.ts'

/** Each fits behind "damaged at byte N: ". */
const FAULT_WORDS: Readonly<Record<CaptureFaultReason, string>> = {
  empty: 'there is nothing in it',
  'unknown-format': 'this is neither pcap nor pcapng',
  'unsupported-version': 'this version of the format is not known',
  truncated: 'it ends in the middle of a record',
  'bad-record-length': 'a record has an impossible length',
  'bad-block-length': 'a block has an impossible length',
  'block-too-long': 'a block is longer than any that makes sense',
  'missing-section-header': 'a section does not begin as it must',
  'gzip-damaged': 'the compressed data are damaged',
  'read-failed': 'it could not be read any further',
  aborted: 'the reading was stopped',
}

/** One sentence, or null for a capture that is whole. */
export const faultOf = ({ fault, frames }: CaptureOutcome): string | null => {
  if (fault === null) return null
  const judged = frames === 0 ? '' : `; the ${groupDigits(frames)} frames before it are judged`
  return `damaged at byte ${groupDigits(fault.offset)}: ${FAULT_WORDS[fault.reason]}${judged}`
}

interface NoteRow {
  readonly count: (outcome: CaptureOutcome) => number
  readonly text: string
}

const NOTES: readonly NoteRow[] = [
  { count: ({ systemDrops }) => systemDrops ?? 0, text: 'frames were dropped by the capturing system' },
  {
    count: ({ interfaceDrops }) => interfaceDrops ?? 0,
    text: 'frames were dropped by the capturing interface',
  },
  { count: ({ truncatedFrames }) => truncatedFrames, text: 'frames were cut short by the capture' },
  { count: ({ oversizedFrames }) => oversizedFrames, text: 'frames were too long to be true' },
  { count: ({ strayFrames }) => strayFrames, text: 'frames named an interface that was never described' },
  { count: ({ badWireLength }) => badWireLength, text: 'frames had an impossible length' },
  { count: ({ timeReversals }) => timeReversals, text: 'frames are earlier than the one before them' },
]

/** One note a kind of defect. */
export const notesOf = (outcome: CaptureOutcome): string[] =>
  NOTES.map(({ count, text }) => ({ count: count(outcome), text }))
    .filter(({ count }) => count > 0)
    .map(({ count, text }) => `${groupDigits(count)} ${text}`)

/** True if the capture itself says that frames are missing: no call in it can be green. */
export const hasLoss = ({ systemDrops, interfaceDrops }: CaptureOutcome): boolean =>
  (systemDrops ?? 0) + (interfaceDrops ?? 0) > 0
