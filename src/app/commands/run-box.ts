/** `callseal run-box`: the box process, for its unit; not for people. */
import { growSlowly } from '../grow-slowly.ts'
import { CONFIG_OPTION, configFileOf } from './config-option.ts'
import type { CommandRow } from './command.ts'
import { CONTROL_OPTION } from './control-option.ts'
import { ENGINE_SOCKET } from './engine-socket.ts'

export const runBoxCommand: CommandRow = {
  name: 'run-box',
  summary: 'the box by itself: looks at an engine that runs by itself',
  isHidden: true,
  arguments: '',
  options: [
    { flags: '--socket <path>', summary: 'where the engine is', default: ENGINE_SOCKET },
    CONTROL_OPTION,
    CONFIG_OPTION,
  ],
  run: async (_, values) => {
    growSlowly()
    const { runBox } = await import('../box-process/index.ts')
    return runBox({
      file: configFileOf(values),
      path: String(values['socket']),
      control: String(values['control']),
    })
  },
}
