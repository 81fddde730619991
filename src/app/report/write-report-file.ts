/** A report as a file beside the journal, for whoever asked over a network: of the last survey, or of all that is kept. */
import { openSync, closeSync, writeSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PLAIN } from '../../output/text/index.ts'
import { makeFolder } from '../make-folder.ts'
import { hasSurvey, writeReport } from './run-report.ts'

const ENDINGS = { text: 'txt', csv: 'csv', json: 'jsonl' } as const
/** The older ones are deleted. */
const MOST_FILES = 20
const WIDTH = 120

/** Gives its path. Rejects with a sentence if the disk does not take it. */
export const writeReportFile = async (journal: string, form: keyof typeof ENDINGS): Promise<string> => {
  const folder = join(dirname(journal), 'reports')
  makeFolder(folder)
  const name = `report-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${ENDINGS[form]}`
  const file = join(folder, name)
  const survey = (await hasSurvey(journal)) ? '' : null
  const descriptor = openSync(file, 'w', 0o600)
  try {
    const write = (text: string): unknown => writeSync(descriptor, text)
    await writeReport(journal, { survey, from: -Infinity, to: Infinity, form }, write, {
      width: WIDTH,
      paint: PLAIN,
    })
  } finally {
    closeSync(descriptor)
  }
  const older = readdirSync(folder)
    .filter((one) => one.startsWith('report-'))
    .sort()
    .slice(0, -MOST_FILES)
  for (const one of older) rmSync(join(folder, one), { force: true })
  return file
}
