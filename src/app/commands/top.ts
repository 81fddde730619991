/** `callseal top`: a live view of the calls on the terminal. */
import { UsageError, type CommandRow } from './command.ts'
import { ENGINE_SOCKET } from './engine-socket.ts'
import { SOURCE_OPTION } from './listen-options.ts'

export const topCommand: CommandRow = {
  name: 'top',
  summary: 'watch the calls on the terminal: verdicts, evidence, SIP ladder',
  arguments: '',
  options: [
    { flags: '--socket <path>', summary: 'the engine to look at', default: ENGINE_SOCKET },
    { flags: '--interface <name>', summary: 'listen there with an engine of its own instead' },
    SOURCE_OPTION,
  ],
  details:
    'Looks on at the engine that runs as a unit (the reader needs to be in the group callseal), or starts its own. ' +
    'Arrows choose, Enter shows the evidence, s saves a call as JSON, q ends.',
  run: async (_, values) => {
    if (!process.stdin.isTTY || !process.stdout.isTTY)
      throw new UsageError('top needs a terminal; `callseal run --json` is for programs')
    const { runTop } = await import('../top/index.ts')
    const name = values['interface']
    if (typeof name !== 'string') return runTop({ kind: 'running', path: String(values['socket']) })
    const { engineCommandOf, toListenOptions } = await import('../box-process/index.ts')
    const options = toListenOptions(values)
    return runTop({ kind: 'own', config: options.config, command: engineCommandOf(options) })
  },
}
