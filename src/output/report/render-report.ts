/** A report for people: below the table of calls, what they add up to, what was found how often with what to do, and when nobody saw what happened. Pure. */
import { GRADES, GRADE_TABLE } from '../../core/index.ts'
import { countOf, durationOf, groupDigits, sanitise, wrap, type Page } from '../text/index.ts'
import type { FaultTime, FoundOften, ReportTotals } from './journal-report.ts'

const INDENT = '  '
/** `2026-11-23T10:00:00` of an ISO time. */
const MINUTE = 16

const timeOf = (at: string): string => at.slice(0, MINUTE).replace('T', ' ')

const paragraph = (text: string, indent: string, { width }: Page): string =>
  wrap(text, width - indent.length)
    .map((line) => `${indent}${line}\n`)
    .join('')

const renderGrades = ({ calls, seconds }: ReportTotals, page: Page): string => {
  const rows = GRADES.filter((grade) => calls[grade] > 0)
  if (rows.length === 0) return 'No calls in this time.\n'
  const all = rows.reduce((sum, grade) => sum + calls[grade], 0)
  return rows
    .map((grade) => {
      const head = `${groupDigits(calls[grade])} of ${countOf(all, 'call')} ${grade} (${durationOf(seconds[grade])})`
      return page.paint.grade(grade, `${head}\n`) + paragraph(GRADE_TABLE[grade].means, INDENT, page)
    })
    .join('')
}

const renderFinding = ({ severity, title, advice, calls }: FoundOften, page: Page): string =>
  page.paint.severity(severity, `${severity}: ${title} (${countOf(calls, 'call')})\n`) +
  paragraph(advice, INDENT, page)

const renderFault = ({ part, sentence, fromAt, untilAt }: FaultTime, page: Page): string =>
  paragraph(
    `${timeOf(fromAt)} to ${untilAt === null ? 'the end' : timeOf(untilAt)} UTC: ${sanitise(part)}: ${sanitise(sentence)}`,
    INDENT,
    page,
  )

/** `title`: what the report is of, one line. */
export const renderReport = (title: string, totals: ReportTotals, page: Page): string => {
  const { bold } = page.paint
  const parts = [`${bold(sanitise(title))}\n`, renderGrades(totals, page)]
  if (totals.findings.length > 0)
    parts.push(
      `\n${bold('What to change')}\n`,
      ...totals.findings.map((finding) => renderFinding(finding, page)),
    )
  if (totals.faults.length > 0)
    parts.push(
      `\n${bold('When it could not see or keep everything')}\n`,
      ...totals.faults.map((one) => renderFault(one, page)),
    )
  if (totals.faultsOmitted > 0) parts.push(`${INDENT}and ${countOf(totals.faultsOmitted, 'time')} more\n`)
  if (totals.missing > 0)
    parts.push(
      `\n${paragraph(`${countOf(totals.missing, 'record')} of this time are not there any more (retention or damage): the report is incomplete.`, '', page)}`,
    )
  return parts.join('')
}
