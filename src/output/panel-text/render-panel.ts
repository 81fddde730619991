/** The terminal panel as lines: what is played, the lamp in big letters, each call and why, what came before. Pure. */
import { GRADE_TABLE, type CallReport, type Grade } from '../../core/index.ts'
import {
  codecsOf,
  durationOf,
  fit,
  keysOf,
  mediaOf,
  partiesOf,
  signallingOf,
  truncate,
  whyOf,
  worstFinding,
  wrap,
  type Page,
} from '../text/index.ts'
import { renderBigWord } from './big-word.ts'
import { isPending, type PanelModel } from './panel-model.ts'

/** Lines of one call, with the empty one behind it. */
const CALL_LINES = 4
/** Lines of everything but the calls. */
const OTHER_LINES = 16
const BAR_WIDTH = 30
const INDENT = '  '

/** At most `height` lines of at most `page.width` cells. `playing` says which scene of how many this is. */
export const renderPanel = (
  model: PanelModel,
  playing: { readonly number: number; readonly of: number },
  page: Page,
  height: number,
): string[] => {
  const { paint } = page
  const room = page.width - 2 * INDENT.length
  const right = `capture ${playing.number} of ${playing.of}`
  const about = wrap(model.scene?.about ?? '', room).slice(0, 2)
  const lines = [
    '',
    `${paint.bold(fit('Callseal', room - right.length))}${paint.dim(right)}`,
    paint.dim('─'.repeat(room)),
    paint.bold(truncate(model.scene?.title ?? '', room)),
    ...about.map((line) => paint.dim(line)),
    '',
    ...renderLamp(model.worst, page, room),
    '',
    ...renderCalls(model.calls, page, room, height),
    renderBar(model, room, page),
    '',
    renderTally(model, page),
  ]
  return lines.slice(0, height).map((line) => (line === '' ? '' : `${INDENT}${line}`))
}

const renderLamp = (worst: Grade | null, { paint }: Page, room: number): string[] => {
  if (worst === null) return [...renderBigWord('…'), '', paint.dim('listening')]
  const { word, means } = GRADE_TABLE[worst]
  const [meaning = ''] = wrap(means, room)
  return [...renderBigWord(word).map((line) => paint.grade(worst, line)), '', meaning]
}

const renderCalls = (calls: readonly CallReport[], page: Page, room: number, height: number): string[] => {
  const space = height - OTHER_LINES
  const most = Math.max(1, Math.floor(space / CALL_LINES))
  const isRoomy = calls.length * (CALL_LINES + 1) <= space
  const lines = calls.slice(0, most).flatMap((call) => [...renderCall(call, page, room, isRoomy), ''])
  const more = calls.length - most
  return more > 0 ? [...lines, page.paint.dim(`and ${more} more`), ''] : lines
}

/** Three lines, and a fourth with what was seen if there is room for it. */
const renderCall = (call: CallReport, { paint }: Page, room: number, isRoomy: boolean): string[] => {
  const pending = isPending(call)
  const head = fit(pending ? 'too early to tell' : call.grade, 18)
  const duration = call.state === 'ended' ? durationOf(call.durationSeconds) : ''
  const about = [partiesOf(call), duration].filter((part) => part !== '').join('  ')
  const row = (label: string, text: string): string =>
    `${paint.dim(`      ${label.padEnd(6)}`)}${truncate(text, room - 12)}`
  const keys = call.media.length === 0 ? '' : ` (${codecsOf(call)}, keys ${keysOf(call)})`
  const lines = [
    `${fit(call.id, 6)}${pending ? paint.dim(head) : paint.grade(call.grade, head)}${truncate(about, room - 24)}`,
    row('is', `signalling ${signallingOf(call)}, media ${mediaOf(call)}${keys}`),
    row('why', pending ? '' : whyOf(call)),
  ]
  const seen = pending ? '' : (worstFinding(call)?.seen ?? '')
  return isRoomy ? [...lines, row('seen', seen)] : lines
}

const renderBar = ({ position, length }: PanelModel, room: number, { paint }: Page): string => {
  const width = Math.min(BAR_WIDTH, room - 20)
  const filled = length <= 0 ? 0 : Math.round(Math.min(1, position / length) * width)
  const bar = `${'━'.repeat(filled)}${'─'.repeat(Math.max(0, width - filled))}`
  return paint.dim(`${bar} ${durationOf(position)} of ${durationOf(length)}`)
}

const renderTally = (model: PanelModel, { paint }: Page): string => {
  const words = model.tally.map(([word, count]) => `${count} ${word}`).join(' · ')
  return paint.dim(`so far: ${words}    Ctrl-C ends`)
}
