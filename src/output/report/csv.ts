/** Calls as CSV (RFC 4180): the one encoder for spreadsheets, which take a cell that begins with a sign for a formula. */
import type { CallReport } from '../../core/index.ts'
import { sanitise } from '../text/index.ts'

const SIGNS = ['=', '+', '-', '@']
const SPECIAL = [',', '"', '\n', '\r']

/** A cell: numbers as they are, texts shown safely, and none of them calculated. */
export const toCell = (value: string | number | null): string => {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const shown = sanitise(value)
  const text = SIGNS.some((sign) => shown.startsWith(sign)) ? `'${shown}` : shown
  return SPECIAL.some((character) => text.includes(character)) ? `"${text.replaceAll('"', '""')}"` : text
}

interface CsvColumn {
  readonly name: string
  readonly of: (call: CallReport) => string | number | null
}

const list = (values: readonly string[]): string => [...new Set(values)].join(' ')

/** In the order of the file. */
export const CSV_COLUMNS: readonly CsvColumn[] = [
  { name: 'started', of: ({ startedAt }) => startedAt },
  { name: 'seconds', of: ({ durationSeconds }) => Math.round(durationSeconds * 10) / 10 },
  { name: 'grade', of: ({ grade }) => grade },
  { name: 'reasons', of: ({ reasons }) => list(reasons) },
  { name: 'from', of: ({ from }) => from },
  { name: 'to', of: ({ to }) => to },
  { name: 'signalling', of: ({ signalling }) => signalling.protection },
  { name: 'transport', of: ({ signalling }) => signalling.transport },
  { name: 'media', of: ({ media }) => list(media.map(({ protection }) => protection)) },
  { name: 'codecs', of: ({ media }) => list(media.map(({ codec }) => codec ?? '')) },
  { name: 'keying', of: ({ media }) => list(media.map(({ keying }) => keying)) },
  { name: 'findings', of: ({ findings }) => list(findings.map(({ id }) => id)) },
  { name: 'incomplete', of: ({ incomplete }) => list(incomplete) },
]

const toLine = (cells: readonly (string | number | null)[]): string => `${cells.map(toCell).join(',')}\r\n`

export const csvHead = (): string => toLine(CSV_COLUMNS.map(({ name }) => name))

export const toCsvLine = (call: CallReport): string => toLine(CSV_COLUMNS.map(({ of }) => of(call)))
