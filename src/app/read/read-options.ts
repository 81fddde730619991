/** The options of `callseal read`, checked. */
import type { PartiesMode } from '../../core/index.ts'
import { UsageError, type OptionValues } from '../commands/command.ts'

export interface ReadOptions {
  readonly json: boolean
  /** `c-1` or a Call-ID; null: all calls as a table. */
  readonly explain: string | null
  readonly parties: PartiesMode
  readonly progress: boolean
  readonly quiet: boolean
}

/** From what the command line parser gives; its choices are checked already. */
export const toReadOptions = (values: OptionValues): ReadOptions => {
  const explain = values['explain']
  if (explain === '') throw new UsageError('--explain needs a call: c-1, or a Call-ID')
  const quiet = values['quiet'] === true
  return {
    json: values['json'] === true,
    explain: typeof explain === 'string' ? explain : null,
    parties: values['parties'] as PartiesMode,
    progress: values['progress'] !== false && !quiet,
    quiet,
  }
}
