/** What the demo ends with: what was shown, and what to try next. */
import { GRADE_TABLE } from '../../core/index.ts'
import type { PlayedScene } from '../../output/panel-text/index.ts'
import { countOf, fit, type Paint } from '../../output/text/index.ts'

/** Lines with their ends. */
export const closingWords = (
  played: readonly PlayedScene[],
  paint: Paint,
  environment: Readonly<Record<string, string | undefined>>,
): string => {
  // `npm run demo` in a checkout: the program is not on the path there.
  const program = environment['npm_lifecycle_event'] === 'demo' ? 'npm start --' : 'callseal'
  const calls = played.reduce((sum, { grades }) => sum + grades.length, 0)
  const rows = played.flatMap(({ title, grades }) =>
    grades.map((grade) => `  ${paint.grade(grade, fit(GRADE_TABLE[grade].word, 9))}${title}`),
  )
  return `
${paint.bold(`${countOf(played.length, 'capture')}, ${countOf(calls, 'call')}`)}, judged by the packets and not by what the phones claimed:
${rows.join('\n')}

Try next:
  ${program} read test/cases/two-calls/capture.pcap
  ${program} read test/cases/two-calls/capture.pcap --explain c-1
  ${program} read your-own.pcap --json
`
}
