/**
 * The one answer that lamp and screen give together: the worst of what is wrong with the box, what it cannot see, the calls now up, else the
 * call that ended last, else silence. Pure. Green needs a call that was judged private and nothing that casts doubt on it.
 */
import { GRADES, GRADE_TABLE, type Grade } from '../../core/index.ts'
import { countOf } from '../text/index.ts'
import type { LampName } from './led/lamps.ts'
import { STALE_AFTER, type PanelCall, type PanelState } from './panel-state.ts'

/** How the padlock is drawn: shut, half filled, its shackle up, or with a question mark on it. */
export type Lock = 'closed' | 'half' | 'open' | 'unknown'

export interface ShownVerdict {
  readonly lamp: LampName
  /** One word in big letters. */
  readonly word: string
  readonly lock: Lock | null
  /** Below it; the first matters most. */
  readonly lines: readonly string[]
}

/** The call that ended last is shown for so long, in milliseconds. */
export const ENDED_SHOWN = 60_000

/** From bad to good: of several answers the first of these wins. */
const LAMPS_BY_BADNESS: readonly LampName[] = [
  'fault',
  'red',
  'amber-blink',
  'amber',
  'listening',
  'green',
  'idle',
]

const LOCKS: Readonly<Record<Grade, Lock>> = {
  exposed: 'open',
  'audio-exposed': 'open',
  undetermined: 'unknown',
  'metadata-exposed': 'half',
  weak: 'half',
  protected: 'closed',
}

/** What a person can do about a fault of the engine, by its name (state protocol: EngineHealth). */
const FAULTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['no-engine', ['The engine is not', 'running. If this', 'stays: restart me.']],
  ['silent', ['The engine stopped', 'answering. If this', 'stays: restart me.']],
  ['stale', ['This panel gets no', 'news. If this stays:', 'restart me.']],
  ['damaged', ['The engine sends', 'garbage. Update both', 'of its programs.']],
  ['protocol', ['Engine and box are', 'of different', 'versions: update.']],
  ['box-taken', ['Another program has', 'the engine. Stop it', 'or restart me.']],
])

/** What cannot be seen: how bad it is, and what to look at (state protocol: BLINDNESS_NAMES). What is not here is as bad as can be. */
const BLINDNESS: ReadonlyMap<string, { readonly lamp: LampName; readonly lines: readonly string[] }> =
  new Map([
    ['interface-gone', { lamp: 'fault', lines: ['A network adapter is', 'gone. Plug it in', 'again.'] }],
    ['link-down', { lamp: 'fault', lines: ['No network link.', 'Look at the cables', 'of both ports.'] }],
    ['deaf-socket', { lamp: 'fault', lines: ['I cannot hear the', 'network. Restart me', 'if this stays.'] }],
    ['capture-loss', { lamp: 'fault', lines: ['Too much traffic:', 'packets were missed.', ''] }],
    ['no-traffic', { lamp: 'amber-blink', lines: ['No traffic seen', 'for a minute.', 'Is this the line?'] }],
    [
      'one-direction',
      { lamp: 'amber-blink', lines: ['Only one direction', 'is seen. Look at', 'the cables.'] },
    ],
    ['clock-step', { lamp: 'amber-blink', lines: ['The clock was set.', 'One moment.', ''] }],
  ])

/** See the head of this file. `now` as in PanelState. */
export const verdictShown = (state: PanelState, now: number): ShownVerdict => {
  if (now - state.at > STALE_AFTER) return faultOf('stale')
  if (state.engine.kind === 'fault') return faultOf(state.engine.reason)
  if (state.engine.kind === 'starting') return waiting(['Starting.', 'Nothing is known yet.'])
  const answers = [...state.blindness.map(blindnessOf), callsOf(state, now)]
  const [worst] = answers.sort(
    (a, b) => LAMPS_BY_BADNESS.indexOf(a.lamp) - LAMPS_BY_BADNESS.indexOf(b.lamp),
  ) as [ShownVerdict]
  return worst
}

const faultOf = (reason: string): ShownVerdict => ({
  lamp: 'fault',
  word: 'FAULT',
  lock: null,
  lines: FAULTS.get(reason) ?? ['Something is wrong:', reason],
})

const waiting = (lines: readonly string[]): ShownVerdict => ({
  lamp: 'listening',
  word: 'WAIT',
  lock: null,
  lines,
})

const blindnessOf = (name: string): ShownVerdict => {
  const known = BLINDNESS.get(name)
  const lamp = known?.lamp ?? 'fault'
  const lines = known?.lines ?? ['I cannot see:', name]
  return lamp === 'fault'
    ? { lamp, word: 'BLIND', lock: null, lines }
    : { lamp, word: '?', lock: 'unknown', lines }
}

const callsOf = ({ calls, lastEnded }: PanelState, now: number): ShownVerdict => {
  const worst = GRADES.find((grade) => calls.some((call) => call.grade === grade))
  if (worst !== undefined)
    return gradeOf(worst, [`${countOf(calls.length, 'call')} now`, ...talliesOf(calls)])
  // Nothing of an earlier call is said of one that nobody knows yet.
  if (calls.length > 0) return waiting([countOf(calls.length, 'new call'), 'Listening…'])
  const age = lastEnded === null ? Infinity : now - lastEnded.at
  if (lastEnded !== null && age <= ENDED_SHOWN) {
    return gradeOf(lastEnded.grade, [
      'last call ended',
      `${Math.max(0, Math.floor(age / 1000))} s ago`,
      'no calls now',
    ])
  }
  return { lamp: 'idle', word: 'READY', lock: null, lines: ['no calls now', 'listening'] }
}

const gradeOf = (grade: Grade, lines: readonly string[]): ShownVerdict => {
  const { lamp, word } = GRADE_TABLE[grade]
  return { lamp, word, lock: LOCKS[grade], lines }
}

/** `1 open`, `2 private`, `1 new`: worst first, only what occurs. */
export const talliesOf = (calls: readonly PanelCall[]): string[] => {
  const words = [...new Set(GRADES.map((grade) => GRADE_TABLE[grade].word))]
  const wordOf = ({ grade }: PanelCall): string => (grade === null ? 'new' : GRADE_TABLE[grade].word)
  return [...words, 'new']
    .map((word) => [calls.filter((call) => wordOf(call) === word).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word === '?' ? 'unclear' : word.toLowerCase()}`)
}
