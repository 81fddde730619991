/** `callseal health`: how the box on this machine is. */
import { EXIT_CODES } from '../exit-codes.ts'
import { CONTROL_OPTION } from './control-option.ts'
import type { CommandRow } from './command.ts'

export const healthCommand: CommandRow = {
  name: 'health',
  summary: 'how the box on this machine is: capture, journal, broker, panel, configuration',
  arguments: '',
  options: [{ flags: '--json', summary: 'as one JSON object' }, CONTROL_OPTION],
  details:
    'Exit code 0: it sees everything and keeps it; 11: it cannot tell everything; 66: there is no box that answers.',
  run: async (_, values) => {
    const { askBox } = await import('../box-process/index.ts')
    const { isHealthy, renderHealth } = await import('../box-client/render-answer.ts')
    const { data, error } = await askBox(String(values['control']), { request: 'state' })
    if (error !== null) {
      process.stderr.write(`callseal: ${error}\n`)
      return EXIT_CODES.noInput.code
    }
    process.stdout.write(values['json'] === true ? `${JSON.stringify(data)}\n` : renderHealth(data))
    return isHealthy(data) ? EXIT_CODES.allProtected.code : EXIT_CODES.cannotTell.code
  },
}
