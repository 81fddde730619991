/**
 * Calls as a table: two lines a call, the verdict and its two halves, then why. Columns are as wide as the first calls need and the
 * terminal allows; at 110 columns and more the parties move into the first line and the second tells what was seen. Pure.
 */
import type { CallReport, Finding } from '../../core/index.ts'
import { fit, truncate, widthOf } from './display-width.ts'
import type { Paint } from './paint.ts'
import { sanitiseReport } from './sanitise.ts'
import {
  codecsOf,
  countOf,
  durationOf,
  GRADE_WIDTH,
  keysOf,
  mediaOf,
  partiesOf,
  signallingOf,
  whyOf,
  worstFinding,
} from './words.ts'

/** How a text is drawn: cells in a line, and colours. */
export interface Page {
  readonly width: number
  readonly paint: Paint
}

/** Widths are settled after so many calls; a longer list is printed as it comes. */
const SETTLE_AFTER = 200
const WIDE_PAGE = 110
const GAP = '  '

interface Column {
  readonly title: string
  readonly of: (call: CallReport) => string
  /** Narrower than this it says nothing any more. */
  readonly least: number
  readonly most: number
}

const NARROW: readonly Column[] = [
  { title: 'CALL', of: ({ id }) => id, least: 4, most: 10 },
  { title: 'SIGNALLING', of: signallingOf, least: 10, most: 16 },
  { title: 'MEDIA', of: mediaOf, least: 12, most: 44 },
  { title: 'CODEC', of: codecsOf, least: 5, most: 18 },
  { title: 'KEYS', of: keysOf, least: 8, most: 22 },
]
const [CALL, ...HALVES] = NARROW as [Column, ...Column[]]
const WIDE: readonly Column[] = [
  CALL,
  { title: 'TIME', of: ({ durationSeconds }) => durationOf(durationSeconds), least: 6, most: 10 },
  { title: 'PARTIES', of: partiesOf, least: 7, most: 40 },
  ...HALVES,
]

/** Takes calls one by one; what add() and end() return is to be printed, with line ends. */
export class CallTable {
  readonly #page: Page
  readonly #columns: readonly Column[]
  #waiting: CallReport[] = []
  #widths: readonly number[] | null = null

  constructor(page: Page) {
    this.#page = page
    this.#columns = page.width >= WIDE_PAGE ? WIDE : NARROW
  }

  /** Text that is ready to be printed, often none yet. */
  add(report: CallReport): string {
    const call = sanitiseReport(report)
    if (this.#widths !== null) return this.#renderCall(call, this.#widths)
    this.#waiting.push(call)
    return this.#waiting.length < SETTLE_AFTER ? '' : this.#settle()
  }

  /** The rest. */
  end(): string {
    return this.#widths === null && this.#waiting.length > 0 ? this.#settle() : ''
  }

  #settle(): string {
    const calls = this.#waiting
    this.#waiting = []
    const room = this.#page.width - GRADE_WIDTH - GAP.length * this.#columns.length
    const widths = settleWidths(this.#columns, calls, room)
    this.#widths = widths
    const titles = this.#columns.map(({ title }, index) => fit(title, widths[index] ?? 0))
    const head = [fit('GRADE', GRADE_WIDTH), ...titles].join(GAP).trimEnd()
    return `${this.#page.paint.dim(head)}\n${calls.map((call) => this.#renderCall(call, widths)).join('')}`
  }

  #renderCall(call: CallReport, widths: readonly number[]): string {
    const { paint, width } = this.#page
    const cells = this.#columns.map((column, index) => fit(column.of(call), widths[index] ?? 0))
    const first = `${paint.grade(call.grade, fit(call.grade, GRADE_WIDTH))}${GAP}${cells.join(GAP).trimEnd()}`
    const indent = ' '.repeat(GRADE_WIDTH + GAP.length)
    const second = secondLine(call, width >= WIDE_PAGE)
    const room = width - indent.length
    return `${first}\n${second === '' ? '' : `${indent}${truncate(second, room)}\n`}`
  }
}

const secondLine = (call: CallReport, isWide: boolean): string => {
  const why = whyOf(call)
  const worst = worstFinding(call)
  const isWorst = worst !== null && worst.title === why
  const others = call.findings.length - (isWorst ? 1 : 0)
  if (isWide) {
    const seen = isWorst ? `: ${worst.seen}` : besides(worst)
    return `${why}${seen}${others > (isWorst ? 0 : 1) ? ` (+${countOf(others, 'finding')})` : ''}`
  }
  const about = [durationOf(call.durationSeconds), partiesOf(call)].filter((part) => part !== '').join(GAP)
  return `${about} · ${why}${isWorst ? '' : besides(worst)}${others > (isWorst ? 0 : 1) ? ` (+${others})` : ''}`
}

/** The worst finding where something else is the reason of the grade. */
const besides = (worst: Finding | null): string =>
  worst === null ? '' : `; ${worst.severity}: ${worst.title}`

/** As wide as the contents want, within `most`; while that is too much, the column with most to spare gives way. */
const settleWidths = (columns: readonly Column[], calls: readonly CallReport[], room: number): number[] => {
  const widths = columns.map(({ title, of, most }) =>
    Math.min(most, Math.max(widthOf(title), ...calls.map((call) => widthOf(of(call))))),
  )
  const excess = (): number => widths.reduce((sum, width) => sum + width, 0) - room
  while (excess() > 0) {
    const spare = columns.map(({ least }, index) => (widths[index] ?? 0) - least)
    const widest = spare.indexOf(Math.max(...spare))
    if ((spare[widest] ?? 0) <= 0) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}
