/** `callseal selftest`: shows that every part of the box works, to somebody who stands in front of it. */
import { CONFIG_OPTION, configFileOf } from './config-option.ts'
import { CONTROL_OPTION } from './control-option.ts'
import type { CommandRow } from './command.ts'

export const selftestCommand: CommandRow = {
  name: 'selftest',
  summary: 'try lamps, screen, button, bridge and broker, one after the other',
  arguments: '',
  options: [
    { flags: '--no-button', summary: 'nobody is there to press it' },
    { flags: '--json', summary: 'one JSON object a step' },
    CONTROL_OPTION,
    CONFIG_OPTION,
  ],
  details:
    'Stop the box first (sudo systemctl stop callseal.service): it holds the panel. Exit code 10: something does not work.',
  run: async (_, values) => {
    const { runSelftest } = await import('../selftest/run-selftest.ts')
    return runSelftest({
      file: configFileOf(values),
      control: String(values['control']),
      asksForButton: values['button'] !== false,
      isJson: values['json'] === true,
    })
  },
}
