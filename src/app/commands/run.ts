/** `callseal run`: judges the calls on a live interface. */
import type { CommandRow } from './command.ts'

export const runCommand: CommandRow = {
  name: 'run',
  summary: 'judge the calls on a network interface until Ctrl-C',
  arguments: '',
  options: [
    {
      flags: '--interface <name>',
      summary: 'where to listen (default: a port of the bridge, if there is one bridge)',
    },
    {
      flags: '--source <how>',
      summary: 'how to listen; auto takes the first that can',
      choices: ['auto', 'ring', 'libpcap', 'tcpdump'],
      default: 'auto',
    },
    {
      flags: '--parties <how>',
      summary: 'how numbers and names are shown',
      choices: ['masked', 'full', 'none'],
      default: 'masked',
    },
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
