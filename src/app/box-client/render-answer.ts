/** Answers of the box as text. They come from a program of this machine, which may be of another release: nothing is taken for granted. */
import { GRADES, GRADE_TABLE } from '../../core/index.ts'
import { sanitise } from '../../output/text/index.ts'

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}
const textOf = (value: unknown): string => (typeof value === 'string' ? sanitise(value) : '')
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** `3 open, 12 private`: by the word of the lamp, worst first. */
const talliesOf = (totals: Fields): string => {
  const counts = new Map<string, number>()
  for (const grade of GRADES) {
    const count = totals[grade]
    const { word } = GRADE_TABLE[grade]
    if (typeof count === 'number' && count > 0) counts.set(word, (counts.get(word) ?? 0) + count)
  }
  const words = [...counts].map(
    ([word, count]) => `${count} ${word === '?' ? 'unclear' : word.toLowerCase()}`,
  )
  return words.length === 0 ? 'none' : words.join(', ')
}

/** Of a survey, or of none. */
export const renderSurvey = (answer: unknown): string => {
  if (answer === null || answer === undefined) return 'no survey since the box was started\n'
  const { name, isRunning, seconds, totals } = fieldsOf(answer)
  const minutes = typeof seconds === 'number' ? Math.floor(seconds / 60) : 0
  const state = isRunning === true ? `runs since ${minutes} min` : `took ${minutes} min`
  return `survey ${textOf(name)} ${state}; calls: ${talliesOf(fieldsOf(totals))}\n`
}

/** It sees everything, keeps it, and its configuration is right. */
export const isHealthy = (answer: unknown): boolean => {
  const { capture, disk, configuration } = fieldsOf(answer)
  return fieldsOf(capture)['state'] === 'good' && disk === 'good' && listOf(configuration).length === 0
}

/** Everything that the box says of itself, a line each. */
export const renderHealth = (answer: unknown): string => {
  const state = fieldsOf(answer)
  const capture = fieldsOf(state['capture'])
  const rows: (readonly [label: string, text: string])[] = [
    ['capture', `${textOf(capture['state'])}: ${textOf(capture['sentence'])}`],
    ['calls', `${String(state['calls'])} now; ended today: ${talliesOf(fieldsOf(state['today']))}`],
    ['journal', textOf(state['journal']) || textOf(state['disk'])],
    ['broker', textOf(state['broker'])],
    ['clock', state['clockTrusted'] === true ? 'right' : 'not to be trusted'],
    ...listOf(state['panel']).map(
      (part) => [textOf(fieldsOf(part)['part']), textOf(fieldsOf(part)['sentence'])] as const,
    ),
    ...listOf(state['configuration']).map((fault) => ['wrong', textOf(fault)] as const),
  ]
  const width = Math.max(...rows.map(([label]) => label.length))
  const lines = rows.map(([label, text]) => `${label.padEnd(width)}  ${text}\n`)
  return `${lines.join('')}${renderSurvey(state['survey'])}`
}
