/** `callseal run`: judges the calls on a live interface. */
import type { CommandRow } from './command.ts'
import {
  FILTER_OPTION,
  INTERFACE_OPTION,
  PARTIES_OPTION,
  PORT_OPTIONS,
  SOURCE_OPTION,
} from './listen-options.ts'

export const runCommand: CommandRow = {
  name: 'run',
  summary: 'judge the calls on a network interface until Ctrl-C',
  arguments: '',
  options: [
    INTERFACE_OPTION,
    SOURCE_OPTION,
    PARTIES_OPTION,
    ...PORT_OPTIONS,
    FILTER_OPTION,
    { flags: '--json', summary: 'one JSON object a line: each call whenever it changes, phones' },
  ],
  details:
    'Listens and sends nothing. Needs CAP_NET_RAW. Reports go to standard output, talk to standard error; ' +
    'ends with SIGINT or SIGTERM.',
  run: async (_, values) => {
    const { engineCommandOf, runLive, toListenOptions } = await import('../box-process/index.ts')
    const options = toListenOptions(values)
    const engineCommand = engineCommandOf(options)
    return runLive({ config: options.config, json: values['json'] === true, engineCommand })
  },
}
