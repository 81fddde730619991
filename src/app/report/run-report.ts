/** `callseal report`: a stretch of the journal, read while the box goes on writing it. */
import { existsSync } from 'node:fs'
import { FolderDisk, JournalReader, type JournalGap, type JournalRecord } from '../../output/journal/index.ts'
import { csvHead, ReportModel, renderReport, toCsvLine } from '../../output/report/index.ts'
import { CallTable, COLOURED, PLAIN, sanitise, toJsonLine, type Page } from '../../output/text/index.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { wantsColour, widthOfOutput } from '../terminal.ts'
import type { ReportOptions } from './report-options.ts'

/** Which records: their numbers, or their times. */
interface Stretch {
  readonly fromSeq: number
  readonly toSeq: number
  readonly title: string
}

type Write = (text: string) => unknown

/** See the head of this file; gives the exit code. */
export const runReport = async (folder: string, options: ReportOptions): Promise<number> => {
  if (!existsSync(folder)) return complain(`there is no journal in ${folder}: see journal.folder`)
  const page: Page = {
    width: widthOfOutput(process.stdout, process.env),
    paint: wantsColour(process.stdout, process.env) ? COLOURED : PLAIN,
  }
  const why = await writeReport(folder, options, (text) => process.stdout.write(text), page)
  return why === null ? EXIT_CODES.allProtected.code : complain(why)
}

/** Null, or a sentence that says why there is nothing to report. */
export const writeReport = async (
  folder: string,
  options: ReportOptions,
  write: Write,
  page: Page,
): Promise<string | null> => {
  const disk = new FolderDisk(folder)
  const stretch = await stretchOf(disk, options)
  if (stretch === null)
    return options.survey === ''
      ? 'the journal knows no survey'
      : `the journal knows no survey ${sanitise(options.survey ?? '')}`
  const view = VIEWS[options.form](write, page)
  const model = new ReportModel()
  for await (const record of new JournalReader(disk).read(stretch.fromSeq, stretch.toSeq)) {
    if (record.kind !== 'gap' && !isWithin(record, options)) continue
    tell(record, model)
    if (record.kind === 'call') view.onCall(record)
  }
  view.onEnd(stretch.title, model)
  return null
}

/** There is a survey in the journal. */
export const hasSurvey = async (folder: string): Promise<boolean> => {
  const everything: ReportOptions = { survey: '', from: -Infinity, to: Infinity, form: 'text' }
  return (await stretchOf(new FolderDisk(folder), everything)) !== null
}

const complain = (sentence: string): number => {
  process.stderr.write(`callseal: ${sentence}\n`)
  return EXIT_CODES.noInput.code
}

/** By the wall clock of the record; what was written while nobody trusted that belongs to a report of everything only. */
const isWithin = ({ at, clockTrusted }: JournalRecord, { from, to }: ReportOptions): boolean => {
  if (from === -Infinity && to === Infinity) return true
  const time = Date.parse(at)
  return clockTrusted && time >= from && time < to
}

const tell = (record: JournalRecord | JournalGap, model: ReportModel): void => {
  if (record.kind === 'gap') model.onMissing(record.toSeq - record.fromSeq + 1)
  else if (record.kind === 'call') model.onCall(record.report)
  else if (record.kind === 'health') model.onHealth(record.part, record.isFault, record.sentence, record.at)
}

/** The records of a survey, or all. Null: there is no such survey. */
const stretchOf = async (disk: FolderDisk, { survey }: ReportOptions): Promise<Stretch | null> => {
  const first = (await new JournalReader(disk).firstSeq()) ?? 1
  if (survey === null) return { fromSeq: first, toSeq: Infinity, title: 'All calls of this time' }
  const stretches: Stretch[] = []
  for await (const record of new JournalReader(disk).read(first)) {
    if (record.kind !== 'survey' || (survey !== '' && record.name !== survey)) continue
    const running = stretches.pop()
    if (record.action === 'start')
      stretches.push({ fromSeq: record.seq, toSeq: Infinity, title: `Survey ${record.name}` })
    else if (running !== undefined) stretches.push({ ...running, toSeq: Math.min(running.toSeq, record.seq) })
  }
  return stretches[0] ?? null
}

interface ReportView {
  onCall(record: JournalRecord & { readonly kind: 'call' }): void
  onEnd(title: string, model: ReportModel): void
}

const VIEWS: Readonly<Record<ReportOptions['form'], (write: Write, page: Page) => ReportView>> = {
  text: (write, page) => {
    const table = new CallTable(page)
    return {
      onCall: ({ report }) => write(table.add(report)),
      onEnd: (title, model) => write(`${table.end()}\n${renderReport(title, model.totals(), page)}`),
    }
  },
  json: (write) => ({
    onCall: ({ seq, at, clockTrusted, report }) =>
      write(`${toJsonLine({ ...report, seq, at, clockTrusted })}\n`),
    onEnd: (title, model) => write(`${toJsonLine({ type: 'report', title, ...model.totals() })}\n`),
  }),
  csv: (write) => {
    write(csvHead())
    return { onCall: ({ report }) => write(toCsvLine(report)), onEnd: () => undefined }
  },
}
