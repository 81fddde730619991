/** What the box does when it is asked, whoever asks: the broker, the control socket, the button. Each rejects with a sentence for people. */
import type { Json, RequestName, RequestServant } from '../../output/mqtt/index.ts'
import { PAGES } from '../../output/panel/index.ts'
import type { PanelDesk } from './panel-desk.ts'
import type { ShownSurvey, Survey } from './survey.ts'
import { writeReportFile } from '../report/write-report-file.ts'

export interface ServantOptions {
  /** Null: there is no journal. */
  readonly survey: Survey | null
  readonly panel: PanelDesk
  readonly journalFolder: string
  /** Ends the program, for whoever started it to start it again. */
  readonly onRestart: () => void
  readonly onChange: () => void
}

/** Milliseconds for the answer to leave before the program ends. */
const LAST_WORDS = 500
export const NO_JOURNAL = 'there is no journal, so no survey and no report: see the log of the box'

export const surveyAnswer = (survey: ShownSurvey | null): Json =>
  survey === null
    ? null
    : { ...survey, startedAt: new Date(survey.startedAt).toISOString(), totals: { ...survey.totals } }

/** See the head of this file. */
export const boxServants = (options: ServantOptions): Readonly<Record<RequestName, RequestServant>> => ({
  survey: async ({ parameters }) => {
    const { survey, onChange } = options
    if (survey === null) throw new Error(NO_JOURNAL)
    const { action, name = '' } = parameters
    const why = action === 'start' ? await survey.start(String(name)) : await survey.stop()
    if (why !== null) throw new Error(why)
    onChange()
    return surveyAnswer(survey.shown)
  },
  identify: ({ parameters }) => {
    const { seconds = 10 } = parameters
    options.panel.panel.identify(performance.now(), Number(seconds) * 1000)
    return Promise.resolve(null)
  },
  page: ({ parameters }) => {
    const page = PAGES[Number(parameters['page']) - 1]
    if (page === undefined) return Promise.reject(new Error(`there are pages 1 to ${PAGES.length}`))
    options.panel.panel.showPage(page, performance.now())
    return Promise.resolve({ page })
  },
  report: async ({ parameters }) => {
    if (options.survey === null) throw new Error(NO_JOURNAL)
    const { format = 'text' } = parameters
    return { file: await writeReportFile(options.journalFolder, format as 'text' | 'csv' | 'json') }
  },
  restart: () => {
    setTimeout(options.onRestart, LAST_WORDS)
    return Promise.resolve(null)
  },
})
