/** Doctor's answer in words: a line for each result, and under what is not well the line that mends it. */
import { sanitise } from '../../output/text/index.ts'
import type { Paint } from '../../output/text/index.ts'
import type { CheckStatus } from './check.ts'
import { countStatuses } from './examine.ts'
import type { Result } from './examine.ts'

/** Without colours the word alone must say it. */
const WORDS: Readonly<Record<CheckStatus, string>> = {
  ok: 'ok',
  warn: 'warn',
  fail: 'FAIL',
  unknown: 'cannot tell',
}
const WORD_WIDTH = 12

/** Ends with a line end. */
export const renderDoctor = (results: readonly Result[], paint: Paint): string => {
  const width = Math.max(0, ...results.map(({ id }) => id.length)) + 2
  const lines = results.flatMap((result) => renderResult(result, width, paint))
  const counts = countStatuses(results)
  const total = (['ok', 'warn', 'fail', 'unknown'] as const).map(
    (status) => `${counts[status]} ${WORDS[status]}`,
  )
  return [...lines, '', total.join(', '), ''].join('\n')
}

const renderResult = (result: Result, width: number, paint: Paint): readonly string[] => {
  const subject = result.subject === null ? '' : `${sanitise(result.subject)} `
  const line = `${paintWord(result.status, paint)}${result.id.padEnd(width)}${subject}${sanitise(result.says)}`
  if (result.mend === null) return [line]
  return [line, `${' '.repeat(WORD_WIDTH + width)}${paint.dim(`mend: ${sanitise(result.mend)}`)}`]
}

const paintWord = (status: CheckStatus, paint: Paint): string => {
  const word = WORDS[status].padEnd(WORD_WIDTH)
  if (status === 'fail') return paint.severity('high', word)
  if (status === 'warn') return paint.severity('medium', word)
  return status === 'unknown' ? paint.dim(word) : word
}
