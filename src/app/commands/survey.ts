/** `callseal survey`: starts and stops a survey of the box that runs on this machine. */
import { EXIT_CODES } from '../exit-codes.ts'
import { CONTROL_OPTION } from './control-option.ts'
import { UsageError, type CommandRow } from './command.ts'

const WHATS = ['start', 'stop', 'show'] as const

export const surveyCommand: CommandRow = {
  name: 'survey',
  summary: 'start or stop a survey of the box on this machine, or show how it stands',
  arguments: `<${WHATS.join('|')}> [name]`,
  words: WHATS,
  options: [{ flags: '--json', summary: 'as one JSON object' }, CONTROL_OPTION],
  details: 'A survey is a named stretch of time: `callseal report --survey` tells what its calls add up to.',
  run: async ([what = '', name = ''], values) => {
    if (!(WHATS as readonly string[]).includes(what))
      throw new UsageError(`survey takes ${WHATS.join(', ')}; not ${JSON.stringify(what)}`)
    const { askBox } = await import('../box-process/index.ts')
    const { renderSurvey } = await import('../box-client/render-answer.ts')
    const isShow = what === 'show'
    const request = isShow ? { request: 'state' } : { request: 'survey', action: what, name }
    const { status, data, error } = await askBox(String(values['control']), request)
    if (status === 'error') {
      process.stderr.write(`callseal: ${error ?? 'the box refused'}\n`)
      return EXIT_CODES.noInput.code
    }
    const survey = isShow ? (data as { readonly survey: unknown }).survey : data
    process.stdout.write(values['json'] === true ? `${JSON.stringify(survey)}\n` : renderSurvey(survey))
    return EXIT_CODES.allProtected.code
  },
}
