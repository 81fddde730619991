/** The last row of a run: calls and call-seconds by grade, media of no call, what concerns the whole wire, and every counter. */
import { formatIsoTime } from './base/iso-time.ts'
import type { Micros } from './base/clock.ts'
import { toStreamFacts, type CallTracker } from './call/index.ts'
import { toMediaReport } from './call-report.ts'
import type { Counts } from './counts.ts'
import type { CallReport, MediaReport, SummaryReport } from './engine-event.ts'
import { GRADES, judgeWire, type Grade } from './verdict/index.ts'

const byGrade = (): Record<Grade, number> =>
  Object.fromEntries(GRADES.map((grade) => [grade, 0])) as Record<Grade, number>

/** Gathers what closed calls leave behind. */
export class SummaryTotals {
  readonly #calls = byGrade()
  readonly #seconds = byGrade()
  #startedAt: Micros | null = null
  #endedAt: Micros | null = null

  /** A call closed with this report. */
  add(report: CallReport): void {
    this.#calls[report.grade]++
    this.#seconds[report.grade] += report.durationSeconds
  }

  /** A frame was seen at this time. */
  onTime(at: Micros): void {
    this.#startedAt ??= at
    this.#endedAt = at
  }

  /** The summary of everything so far. */
  toReport(tracker: CallTracker, counts: Counts, evicted: Readonly<Record<string, number>>): SummaryReport {
    const { media, omitted } = otherMediaOf(tracker)
    return {
      type: 'summary',
      calls: { ...this.#calls },
      callSeconds: { ...this.#seconds },
      otherMedia: media,
      otherMediaOmitted: omitted,
      findings: judgeWire(tracker.wire.toFacts()),
      counters: {
        frames: counts.frames,
        bytes: counts.bytes,
        decoded: counts.decoded(),
        weird: counts.weird(),
        evicted: Object.fromEntries(Object.entries(evicted).filter(([, count]) => count > 0)),
        unjudged: tracker.wire.unjudgedCounts(),
        duplicates: tracker.duplicates(),
      },
      startedAt: this.#startedAt === null ? null : formatIsoTime(this.#startedAt),
      endedAt: this.#endedAt === null ? null : formatIsoTime(this.#endedAt),
    }
  }
}

const otherMediaOf = (tracker: CallTracker): { media: MediaReport[]; omitted: number } => {
  const attachments = tracker.otherMedia()
  const media = attachments.map((attachment) =>
    toMediaReport(toStreamFacts(attachment, tracker.surroundings, [], 0), attachment.stream.firstAt),
  )
  return { media, omitted: tracker.otherMediaOmitted }
}
