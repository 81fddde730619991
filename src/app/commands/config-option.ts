/** The option that names the configuration's file, wherever a command reads one. */
import type { OptionRow, OptionValues } from './command.ts'

export const CONFIG_OPTION: OptionRow = {
  flags: '--config <file>',
  summary: 'the configuration (default: /etc/callseal/config.yaml, else callseal.yaml on the boot partition)',
}

/** Null: the usual one. */
export const configFileOf = (values: OptionValues): string | null =>
  typeof values['config'] === 'string' ? values['config'] : null
