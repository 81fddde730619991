/** `callseal show-fault`: says on the screen that the box is out of order; for a unit, when the box itself cannot. */
import { CONFIG_OPTION, configFileOf } from './config-option.ts'
import type { CommandRow } from './command.ts'

export const showFaultCommand: CommandRow = {
  name: 'show-fault',
  summary: 'says on the screen that the box is out of order',
  isHidden: true,
  arguments: '',
  options: [CONFIG_OPTION],
  run: async (_, values) => {
    const { showFault } = await import('../box-process/index.ts')
    return showFault(configFileOf(values))
  },
}
