/** `callseal top` as lines: what is captured, the calls with their two halves, or one call with its evidence and SIP ladder. Pure. */
import type { CallReport } from '../../core/index.ts'
import {
  countOf,
  durationOf,
  explainCall,
  fit,
  groupDigits,
  mediaOf,
  partiesOf,
  signallingOf,
  truncate,
  widthOf,
  whyOf,
  type Page,
} from '../text/index.ts'
import { KEY_HELP } from './top-keys.ts'
import type { TopModel } from './top-model.ts'

/** Lines of everything but the list. */
const FRAME_LINES = 6
const GRADE_WIDTH = 16
const SIGNALLING_WIDTH = 12
const MEDIA_WIDTH = 24
/** Below this there is no room for the two halves: they are behind Enter. */
const HALVES_FROM = 72

/** How many lines of the list or the explanation are in view on a page of so many lines. */
export const viewLines = (height: number): number => Math.max(1, height - FRAME_LINES)

/** At most `height` lines of at most `page.width` cells. */
export const renderTop = (model: TopModel, page: Page, height: number): string[] => {
  const { paint, width } = page
  const view = viewLines(height)
  const body =
    model.isOpen && model.chosen !== null
      ? renderCall(model, model.chosen, page, view)
      : renderList(model, page, view)
  const foot = model.notice === '' ? KEY_HELP : model.notice
  return [
    paint.bold(truncate(captureOf(model), width)),
    truncate(tallyOf(model), width),
    paint.dim('─'.repeat(width)),
    ...body,
    ...Array.from({ length: Math.max(0, view + 1 - body.length) }, () => ''),
    paint.dim('─'.repeat(width)),
    paint.dim(truncate(foot, width)),
  ].slice(0, height)
}

const captureOf = ({ counters, isPaused, filter, fault }: TopModel): string => {
  const marks = [isPaused ? 'PAUSED' : '', filter === 'all' ? '' : `only ${filter}`].filter(
    (mark) => mark !== '',
  )
  const held = marks.length === 0 ? '' : `  [${marks.join(', ')}]`
  if (fault !== '' && counters !== null) return `Callseal  NO NEWS: ${fault}; what is below is old${held}`
  if (counters === null) return `Callseal  waiting for the engine${held}`
  const { source, received, dropped, isSampling, blindness } = counters
  const seen = `${groupDigits(received)} frames, ${groupDigits(dropped)} dropped${isSampling ? ', sampling' : ''}`
  const blind = blindness.length === 0 ? '' : `  CANNOT SEE: ${blindness.join(', ')}`
  return `Callseal  ${counters.interface} (${source})  ${seen}${blind}${held}`
}

const tallyOf = ({ tally, calls, forgotten }: TopModel): string => {
  const up =
    tally.length === 0 ? 'no call is up' : tally.map(([grade, count]) => `${count} ${grade}`).join(' · ')
  const more = forgotten === 0 ? '' : `, ${countOf(forgotten, 'older call')} not kept`
  return `${up}    ${countOf(calls.length, 'call')} listed${more}`
}

const renderList = (model: TopModel, page: Page, view: number): string[] => {
  const { calls, chosen } = model
  const halves =
    page.width < HALVES_FROM ? '' : `${fit('SIGNALLING', SIGNALLING_WIDTH)}  ${fit('MEDIA', MEDIA_WIDTH)}  `
  const head = `  ${fit('GRADE', GRADE_WIDTH)}  ${halves}PARTIES`
  const at = Math.max(
    0,
    calls.findIndex(({ id }) => id === chosen?.id),
  )
  // The mark stays in view.
  const from = Math.max(0, Math.min(at - Math.floor(view / 2), calls.length - view))
  const rows = calls.slice(from, from + view).map((call) => renderRow(call, call.id === chosen?.id, page))
  return [page.paint.dim(truncate(head, page.width)), ...rows]
}

const renderRow = (call: CallReport, isChosen: boolean, { paint, width }: Page): string => {
  const pending = call.state === 'pending'
  const grade = fit(pending ? 'too early' : call.grade, GRADE_WIDTH)
  const halves =
    width < HALVES_FROM
      ? ''
      : `${fit(signallingOf(call), SIGNALLING_WIDTH)}  ${fit(mediaOf(call), MEDIA_WIDTH)}  `
  const time =
    call.state === 'ended' ? `ended ${durationOf(call.durationSeconds)}` : durationOf(call.durationSeconds)
  const about = [partiesOf(call), time, pending ? '' : whyOf(call)].filter((part) => part !== '').join('  ')
  const room = width - GRADE_WIDTH - widthOf(halves) - 4
  const shown = pending ? paint.dim(grade) : paint.grade(call.grade, grade)
  return `${isChosen ? '▶' : ' '} ${shown}  ${halves}${truncate(about, Math.max(1, room))}`
}

const renderCall = (model: TopModel, call: CallReport, page: Page, view: number): string[] => {
  const lines = explainCall(call, page).split('\n')
  const last = Math.max(0, lines.length - view)
  model.scroll = Math.min(model.scroll, last)
  return lines.slice(model.scroll, model.scroll + view)
}
