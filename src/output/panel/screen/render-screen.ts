/** Draws a page as the one picture that display, terminal, PNG and tests share. The same model gives the same dots. */
import type { PanelState } from '../panel-state.ts'
import { drawBigWord } from './big-word.ts'
import type { Bitmap, Height } from './bitmap.ts'
import { Canvas } from './canvas.ts'
import { ADVANCE } from './font.ts'
import { drawPadlock } from './padlock.ts'
import { drawQrCode } from './qr-code.ts'
import { screenModel, type Entry, type PanelView, type ScreenModel } from './screen-model.ts'
import { breakAddress, COLUMNS, cut, flow, spread, toGlyphs } from './screen-text.ts'

/** Rows of text keep to the display's rows of eight dots: a changed line is one burst on the bus. */
const LINE = 8
/** Lists too long for the screen turn by themselves after so many milliseconds. */
const TURN = 4000
const LINE_TURN = 2000

type ModelOf<Kind extends ScreenModel['kind']> = Extract<ScreenModel, { readonly kind: Kind }>

/** The picture of a page; see PanelView for what it needs beside the state. */
export const renderScreen = (state: PanelState, view: PanelView, height: Height): Bitmap => {
  const canvas = new Canvas(height)
  drawModel(canvas, screenModel(state, view), view.now)
  return canvas.toBitmap()
}

/** Two pictures with the same key are the same. */
export const pictureKey = (state: PanelState, view: PanelView): string =>
  `${Math.floor(view.now / LINE_TURN)} ${JSON.stringify(screenModel(state, view))}`

const drawModel = (canvas: Canvas, model: ScreenModel, now: number): void => {
  if (model.kind === 'list') drawList(canvas, model, now)
  else if (model.kind === 'reach') drawReach(canvas, model, now)
  else if (model.kind === 'number') drawNumber(canvas, model)
  else if (canvas.height === 64) drawWord(canvas, model)
  else drawLowWord(canvas, model, now)
}

const drawLines = (canvas: Canvas, lines: readonly string[], x: number, y: number): void => {
  const room = Math.floor((canvas.width - 1 - x) / ADVANCE)
  for (const [index, text] of lines.entries()) canvas.text(x, y + index * LINE, cut(text, room))
}

/** The word takes the whole width; below it the padlock and what there is to say. */
const drawWord = (canvas: Canvas, { word, lock, lines }: ModelOf<'word'>): void => {
  // A sign that stands alone leaves room for a padlock of its own size.
  const isAlone = word.length === 1 && lock !== null
  drawBigWord(canvas, word, { x: isAlone ? 20 : 0, y: 0, width: isAlone ? 40 : 127, height: 34 })
  if (isAlone) drawPadlock(canvas, lock, { x: 74, y: 0, width: 28, height: 34 })
  else if (lock !== null) drawPadlock(canvas, lock, { x: 1, y: 38, width: 20, height: 25 })
  if (lock === null) drawLines(canvas, lines.slice(0, 3), 0, 40)
  else drawLines(canvas, wrapped(lines, isAlone ? COLUMNS : COLUMNS - 5).slice(0, 3), isAlone ? 0 : 30, 40)
}

/** On the low screen the padlock stands beside the word, and the lines take turns below. */
const drawLowWord = (canvas: Canvas, { word, lock, lines }: ModelOf<'word'>, now: number): void => {
  const left = lock === null ? 0 : 19
  if (lock !== null) drawPadlock(canvas, lock, { x: 0, y: 0, width: 15, height: 21 })
  drawBigWord(canvas, word, { x: left, y: 0, width: 127 - left, height: 21 })
  const shown = flow(
    lines.filter((text) => text !== ''),
    COLUMNS,
    ' ',
  )
  drawLines(canvas, [shown[Math.floor(now / LINE_TURN) % shown.length] ?? ''], 0, 24)
}

/** Tallies share a line where they fit. */
const wrapped = ([first = '', ...rest]: readonly string[], room: number): string[] => [
  first,
  ...flow(rest, room),
]

/** A title in reverse, and as many entries as fit; the rest comes by turns. */
const drawList = (canvas: Canvas, { title, right, entries }: ModelOf<'list'>, now: number): void => {
  const shown = turnOf(entries, canvas.height / LINE - 1, now)
  const turns = shown.of === 1 ? right : `${right} ${shown.turn + 1}/${shown.of}`.trim()
  canvas.box(0, 0, 127, LINE)
  canvas.text(1, 0, spread(title, turns, COLUMNS), 0)
  let y = LINE
  for (const entry of shown.entries) {
    drawEntry(canvas, entry, y)
    y += entry.lines.length * LINE
  }
}

/** Width of the label and of the number beside a bar, in glyphs. */
const BAR_FROM = 8
const BAR_NUMBER = 5

const drawEntry = (canvas: Canvas, { lines, share }: Entry, y: number): void => {
  for (const [index, { left, right }] of lines.entries()) {
    canvas.text(0, y + index * LINE, spread(left, right, COLUMNS))
  }
  if (share === undefined) return
  const room = (COLUMNS - BAR_FROM - BAR_NUMBER) * ADVANCE
  // What occurs at all is seen.
  if (share > 0) canvas.box(BAR_FROM * ADVANCE, y + 1, Math.max(1, Math.round(share * room)), 5)
}

const turnOf = (
  entries: readonly Entry[],
  rows: number,
  now: number,
): { readonly entries: readonly Entry[]; readonly turn: number; readonly of: number } => {
  const most = Math.max(1, ...entries.map(({ lines }) => lines.length))
  const fitting = Math.max(1, Math.floor(rows / most))
  const of = Math.max(1, Math.ceil(entries.length / fitting))
  const turn = Math.floor(now / TURN) % of
  return { entries: entries.slice(turn * fitting, (turn + 1) * fitting), turn, of }
}

/** The code at the left, what to type beside it. */
const drawReach = (canvas: Canvas, { url, addresses, pin }: ModelOf<'reach'>, now: number): void => {
  const width = url === null ? 0 : drawQrCode(canvas, url)
  const left = width === 0 ? 0 : width + 3
  const room = Math.floor((127 - left) / ADVANCE)
  const rows = canvas.height / LINE
  const code = pin === null ? [] : ['PIN', toGlyphs(pin)]
  const [address] = addresses.slice(addresses.length === 0 ? 0 : Math.floor(now / TURN) % addresses.length)
  const where =
    address === undefined
      ? ['No address', 'yet. Is the', 'management', 'network up?']
      : breakAddress(address, room)
  const free = Math.max(1, rows - code.length)
  const head = address !== undefined && where.length + 2 <= free ? ['Reach me', 'at', ...where] : where
  drawLines(canvas, [...head.slice(0, free), ...code], left, 0)
}

const drawNumber = (canvas: Canvas, { title, number, line }: ModelOf<'number'>): void => {
  drawLines(canvas, [title], 0, 0)
  drawLines(canvas, [line], 0, canvas.height - LINE)
  drawBigWord(canvas, number.toString(), { x: 0, y: 10, width: 127, height: canvas.height - 20 })
}
