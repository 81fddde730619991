/** What stands below the calls: calls and time by grade, what concerns the whole wire, and everything that was left out or is odd. Pure. */
import { GRADES, isAtLeast, type PhoneReport, type Severity, type SummaryReport } from '../../core/index.ts'
import type { Page } from './call-table.ts'
import { wrap } from './display-width.ts'
import { sanitise, sanitiseReport } from './sanitise.ts'
import { bySeverity, countOf, durationOf, groupDigits } from './words.ts'

const LABEL_WIDTH = 14
/** More rows of one kind are counted, not listed. */
const MAX_LISTED = 10

/** Words for what decode could not use; the others are no loss (ARP, ICMP and their like). */
const DECODE_WORDS: ReadonlyMap<string, string> = new Map([
  ['truncated', 'cut by the capture'],
  ['malformed', 'malformed'],
  ['unknownLink', 'of an unknown link type'],
])

/** A labelled paragraph; the label takes the colour of a severity. */
export interface Row {
  readonly label: string
  readonly text: string
  readonly severity?: Severity | undefined
}

/** Lines with their ends. `phones` are those with something to say. */
export const renderSummary = (
  report: SummaryReport,
  phones: readonly PhoneReport[],
  notes: readonly string[],
  page: Page,
): string => {
  const summary = sanitiseReport(report)
  const rows: Row[] = [
    ...wireRows(summary),
    ...phoneRows(sanitiseReport(phones)),
    ...lossRows(summary),
    ...notes.map((text) => ({ label: 'note', text: sanitise(text) })),
    { label: 'frames', text: framesOf(summary) },
  ]
  return renderCalls(summary, page) + rows.map((row) => renderRow(row, page)).join('')
}

/** The label and its text, wrapped beside it. */
const renderRow = ({ label, text, severity }: Row, { width, paint }: Page): string => {
  const head = label.padEnd(LABEL_WIDTH)
  const painted = severity === undefined ? paint.dim(head) : paint.severity(severity, head)
  const lines = wrap(text, width - LABEL_WIDTH)
  return lines.map((line, index) => `${index === 0 ? painted : ' '.repeat(LABEL_WIDTH)}${line}\n`).join('')
}

/** One line a grade: there are six at most. */
const renderCalls = ({ calls, callSeconds }: SummaryReport, { paint }: Page): string => {
  const rows = GRADES.filter((grade) => calls[grade] > 0).map((grade) =>
    paint.grade(grade, `${groupDigits(calls[grade])} ${grade} (${durationOf(callSeconds[grade])})`),
  )
  const lines = rows.length === 0 ? ['none'] : rows
  return lines
    .map(
      (line, i) => `${i === 0 ? paint.dim('calls'.padEnd(LABEL_WIDTH)) : ' '.repeat(LABEL_WIDTH)}${line}\n`,
    )
    .join('')
}

const wireRows = ({ findings }: SummaryReport): Row[] =>
  bySeverity(findings).map(({ severity, title, seen }) => ({
    label: 'the wire',
    text: `${title}: ${seen}`,
    severity,
  }))

const phoneRows = (phones: readonly PhoneReport[]): Row[] => {
  const telling = phones.filter(({ findings }) =>
    findings.some(({ severity }) => isAtLeast(severity, 'medium')),
  )
  const rows = telling.slice(0, MAX_LISTED).map(({ address, user, findings }): Row => {
    const sorted = bySeverity(findings)
    const text = `${address}${user === null ? '' : ` (${user})`}: ${sorted.map(({ title }) => title).join(', ')}`
    return { label: 'phone', text, severity: sorted[0]?.severity }
  })
  const omitted = telling.length - rows.length
  return omitted > 0 ? [...rows, { label: 'phones', text: `${omitted} more with findings` }] : rows
}

const lossRows = ({ counters, otherMedia, otherMediaOmitted }: SummaryReport): Row[] => {
  const others = otherMedia.length + otherMediaOmitted
  const undecoded = Object.entries(counters.decoded).flatMap(([name, count]) => {
    const words = DECODE_WORDS.get(name)
    return words === undefined || count === 0 ? [] : [`${countOf(count, 'frame')} ${words}`]
  })
  const belonging = others === 1 ? 'that belongs' : 'that belong'
  const rows: Row[] = [
    { label: 'other media', text: others > 0 ? `${countOf(others, 'stream')} ${belonging} to no call` : '' },
    { label: 'not judged', text: listCounts(counters.unjudged, ' packets') },
    { label: 'not read', text: undecoded.join(', ') },
    { label: 'dropped', text: listCounts(counters.evicted, '') },
    { label: 'odd packets', text: listCounts(counters.weird, '') },
  ]
  return rows.filter(({ text }) => text !== '')
}

const listCounts = (counts: Readonly<Record<string, number>>, unit: string): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${groupDigits(count)}${unit}`)
    .join(', ')

const framesOf = ({ counters, startedAt, endedAt }: SummaryReport): string => {
  const size = `${countOf(counters.frames, 'frame')}, ${countOf(counters.bytes, 'byte')}`
  const copies = counters.duplicates > 0 ? `, ${countOf(counters.duplicates, 'duplicate')}` : ''
  if (startedAt === null || endedAt === null) return size
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000
  return `${size}${copies}, ${durationOf(Math.max(0, seconds))} from ${shownTime(startedAt)}`
}

/** ISO 8601 with microseconds → `2026-11-22 10:00:00 UTC`. */
export const shownTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
