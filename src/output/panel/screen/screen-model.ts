/** What each page says, before it is drawn: one word; rows under a title; how to reach the box; a big number. Pure. */
import { GRADE_TABLE, GRADES, type Grade } from '../../../core/index.ts'
import { countOf, groupDigits } from '../../text/index.ts'
import type { PanelCall, PanelState } from '../panel-state.ts'
import type { PartState } from '../part-state.ts'
import { verdictShown, type Lock } from '../verdict-shown.ts'
import { clockOf, COLUMNS, flow } from './screen-text.ts'

/** In the order of the button. */
export const PAGES = ['verdict', 'calls', 'survey', 'health', 'reach'] as const
export type PageName = (typeof PAGES)[number]

/** What the panel itself adds to the state of the box. */
export interface PanelView {
  /** As in PanelState. */
  readonly now: number
  readonly page: PageName
  /** The button is held for so many milliseconds; null: it is not. */
  readonly heldFor: number | null
  readonly parts: readonly PartState[]
}

/** One thing to list; its lines stay together. */
export interface Entry {
  readonly lines: readonly { readonly left: string; readonly right: string }[]
  /** Share of the whole, 0 to 1, drawn as a bar. */
  readonly share?: number
}

export type ScreenModel =
  | {
      readonly kind: 'word'
      readonly word: string
      readonly lock: Lock | null
      readonly lines: readonly string[]
    }
  | {
      readonly kind: 'list'
      readonly title: string
      readonly right: string
      readonly entries: readonly Entry[]
    }
  | {
      readonly kind: 'reach'
      readonly url: string | null
      readonly addresses: readonly string[]
      readonly pin: string | null
    }
  | { readonly kind: 'number'; readonly title: string; readonly number: number; readonly line: string }

/** Milliseconds that the button is held for each of its meanings; below the first it turns the page. */
export const HOLD_SURVEY = 3000
export const HOLD_POWER_OFF = 8000
/** A press that is no more than that is not spoken of. */
const HOLD_SHOWN = 800

/** See the head of this file. */
export const screenModel = (state: PanelState, view: PanelView): ScreenModel => {
  if (state.powerOffAt !== null) return powerOffModel(state.powerOffAt - view.now)
  if (view.heldFor !== null && view.heldFor >= HOLD_SHOWN) return heldModel(state, view.heldFor)
  return PAGE_MODELS[view.page](state, view)
}

const powerOffModel = (left: number): ScreenModel => {
  const seconds = Math.ceil(left / 1000)
  if (seconds <= 0) {
    return {
      kind: 'word',
      word: 'OFF',
      lock: null,
      lines: ['Unplug when the green', 'light on the board', 'stops blinking.'],
    }
  }
  return { kind: 'number', title: 'Power off in', number: seconds, line: 'the link will be cut' }
}

const heldModel = ({ survey }: PanelState, heldFor: number): ScreenModel => {
  const verb = survey?.isRunning === true ? 'stops' : 'starts'
  if (heldFor < HOLD_SURVEY) {
    const number = Math.ceil((HOLD_SURVEY - heldFor) / 1000)
    return { kind: 'number', title: `Survey ${verb} in`, number, line: 'keep holding' }
  }
  const number = Math.max(0, Math.ceil((HOLD_POWER_OFF - heldFor) / 1000))
  return { kind: 'number', title: `Let go: survey ${verb}`, number, line: 'or hold: power off' }
}

const verdictModel = (state: PanelState, { now }: PanelView): ScreenModel => {
  const { word, lock, lines } = verdictShown(state, now)
  const { survey, configFaults } = state
  const mark = survey?.isRunning === true ? [`survey ${clockOf((now - survey.since) / 1000)}`] : []
  const [first = '', ...rest] = lines
  const wrong = configFaults.length > 0 ? ['config: page 4'] : []
  return { kind: 'word', word, lock, lines: [first, ...wrong, ...rest, ...mark] }
}

const badnessOf = ({ grade }: PanelCall): number => (grade === null ? GRADES.length : GRADES.indexOf(grade))

const callsModel = ({ calls }: PanelState, { now }: PanelView): ScreenModel => ({
  kind: 'list',
  title: 'CALLS NOW',
  right: groupDigits(calls.length),
  entries:
    calls.length === 0
      ? [{ lines: [line('No call is up.')] }]
      : [...calls]
          .sort((a, b) => badnessOf(a) - badnessOf(b) || a.since - b.since)
          .map((call) => callEntry(call, now)),
})

const callEntry = (call: PanelCall, now: number): Entry => {
  const word = call.grade === null ? 'WAIT' : GRADE_TABLE[call.grade].word
  const parties = call.from === null && call.to === null ? '' : `${call.from ?? '?'}→${call.to ?? '?'}`
  const media = call.media === 'none' ? 'no media' : call.media
  return {
    lines: [
      line(`${word} ${parties}`, clockOf((now - call.since) / 1000)),
      line(` ${call.signalling}, ${media}`),
    ],
  }
}

const surveyModel = ({ survey }: PanelState, { now }: PanelView): ScreenModel => {
  if (survey === null) {
    const lines = ['No survey yet.', 'Hold the button for', '3 s to start one.'].map((text) => line(text))
    return { kind: 'list', title: 'SURVEY', right: '', entries: lines.map((one) => ({ lines: [one] })) }
  }
  const { isRunning, since, seconds, totals, name } = survey
  const length = clockOf(isRunning ? (now - since) / 1000 : seconds)
  const all = GRADES.reduce((sum, grade) => sum + totals[grade], 0)
  const rows = wordTotals(totals).map(([word, count]) => ({
    lines: [line(word === '?' ? 'UNCLEAR' : word, groupDigits(count))],
    share: all === 0 ? 0 : count / all,
  }))
  const about = [line(name), line(isRunning ? 'runs for' : 'took', length)].map((one) => ({ lines: [one] }))
  return { kind: 'list', title: 'SURVEY', right: countOf(all, 'call'), entries: [...rows, ...about] }
}

/** Counts by the word of the lamp, worst first. */
const wordTotals = (totals: Readonly<Record<Grade, number>>): (readonly [word: string, count: number])[] => {
  const words = [...new Set(GRADES.map((grade) => GRADE_TABLE[grade].word))]
  return words.map((word) => [
    word,
    GRADES.filter((grade) => GRADE_TABLE[grade].word === word).reduce((sum, grade) => sum + totals[grade], 0),
  ])
}

const UNKNOWN = 'unknown'
const BROKER_WORDS: Readonly<Record<PanelState['broker'], string>> = {
  off: 'not used',
  connected: 'connected',
  connecting: 'connecting',
  failing: 'NOT CONNECTED',
}
const DISK_WORDS: Readonly<Record<PanelState['disk'], string>> = {
  good: 'good',
  full: 'FULL',
  'read-only': 'READ-ONLY',
  failing: 'FAILING',
  unknown: UNKNOWN,
}
const PART_WORDS: Readonly<Record<PartState['kind'], string>> = {
  good: 'good',
  starting: 'starting',
  limited: 'limited',
  absent: 'absent',
  failing: 'FAILING',
}

/** One row a thing that can be out of order: what it is called, and how it is. */
const HEALTH_ROWS: readonly {
  readonly label: string
  readonly value: (state: PanelState) => string
}[] = [
  { label: 'Engine', value: ({ engine }) => (engine.kind === 'fault' ? engine.reason : engine.kind) },
  { label: 'Blind', value: ({ blindness }) => (blindness.length === 0 ? 'no' : blindness.join(' ')) },
  { label: 'Traffic', value: ({ megabitsPerSecond }) => rateOf(megabitsPerSecond) },
  { label: 'Lost', value: (state) => lossOf(state) },
  { label: 'Filter', value: ({ filter }) => filter ?? UNKNOWN },
  { label: 'MQTT', value: ({ broker }) => BROKER_WORDS[broker] },
  {
    label: 'Clock',
    value: ({ isClockTrusted }) => (isClockTrusted === null ? UNKNOWN : isClockTrusted ? 'set' : 'NOT SET'),
  },
  { label: 'Disk', value: ({ disk }) => DISK_WORDS[disk] },
]

const rateOf = (megabits: number | null): string => {
  if (megabits === null || !Number.isFinite(megabits)) return UNKNOWN
  return `${megabits < 10 ? megabits.toFixed(1) : groupDigits(Math.round(megabits))} Mbit/s`
}

const lossOf = ({ dropped, droppedPerSecond }: PanelState): string => {
  if (dropped === null) return UNKNOWN
  if (droppedPerSecond !== null && droppedPerSecond > 0) return `${groupDigits(droppedPerSecond)}/s NOW`
  return dropped === 0 ? 'none' : groupDigits(dropped)
}

const healthModel = (state: PanelState, { parts }: PanelView): ScreenModel => {
  const ports = state.ports.map(({ name, isUp }) =>
    line(name, isUp === null ? UNKNOWN : isUp ? 'up' : 'DOWN'),
  )
  const rows = HEALTH_ROWS.map(({ label, value }) => line(label, value(state)))
  const own = parts.map(({ part, kind }) => line(PART_LABELS[part], PART_WORDS[kind]))
  const wrong = state.configFaults.slice(0, CONFIG_FAULTS).flatMap(configLines)
  const entries = [...wrong, ...ports, ...rows, ...own].map((one) => ({ lines: [one] }))
  return { kind: 'list', title: 'HEALTH', right: '', entries }
}

/** So many wrong keys are told, each in so many lines. */
const CONFIG_FAULTS = 3
const CONFIG_LINES = 4

const configLines = ({ key, why }: PanelState['configFaults'][number]): Entry['lines'][number][] => [
  line(`WRONG ${key}`),
  ...flow(why.split(' '), COLUMNS - 1, ' ')
    .slice(0, CONFIG_LINES)
    .map((text) => line(` ${text}`)),
]

const PART_LABELS: Readonly<Record<PartState['part'], string>> = {
  leds: 'Lights',
  screen: 'Screen',
  button: 'Button',
}

const reachModel = ({ reach }: PanelState): ScreenModel => ({ kind: 'reach', ...reach })

const PAGE_MODELS: Readonly<Record<PageName, (state: PanelState, view: PanelView) => ScreenModel>> = {
  verdict: verdictModel,
  calls: callsModel,
  survey: surveyModel,
  health: healthModel,
  reach: reachModel,
}

const line = (left: string, right = ''): Entry['lines'][number] => ({ left, right })
