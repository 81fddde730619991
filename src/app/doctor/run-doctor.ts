/** `callseal doctor`: reads the machine, judges it, prints, and ends with 10 if a check failed. */
import { COLOURED, PLAIN, toJsonLine } from '../../output/text/index.ts'
import { UsageError } from '../commands/command.ts'
import type { OptionValues } from '../commands/command.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { wantsColour } from '../terminal.ts'
import { examineMachine } from './examine-machine.ts'
import { countStatuses } from './examine.ts'
import type { Result } from './examine.ts'
import { renderDoctor } from './render-doctor.ts'

/** Names as the kernel allows them (dev_valid_name), and no option of a program. */
const INTERFACE_NAME = /^[^\s/:-][^\s/:]{0,14}$/

/** Gives the exit code: 0, or 10 if a check failed. */
export const runDoctor = async (options: OptionValues): Promise<number> => {
  const mirror = textOf(options, 'mirror')
  if (mirror !== null && !INTERFACE_NAME.test(mirror)) {
    throw new UsageError(`--mirror wants the name of an interface, not '${mirror}'`)
  }
  const results = await examineMachine(textOf(options, 'root') ?? '/', mirror)
  const paint = wantsColour(process.stdout, process.env) ? COLOURED : PLAIN
  process.stdout.write(options['json'] === true ? renderJson(results) : renderDoctor(results, paint))
  return exitCodeOf(results)
}

/** What could not be read is no failure: a plain user without ethtool still gets a straight answer. */
export const exitCodeOf = (results: readonly Result[]): number =>
  countStatuses(results).fail === 0 ? EXIT_CODES.allProtected.code : EXIT_CODES.findings.code

const renderJson = (results: readonly Result[]): string =>
  `${toJsonLine({ counts: countStatuses(results), checks: results })}\n`

const textOf = (options: OptionValues, name: string): string | null => {
  const value = options[name]
  return typeof value === 'string' ? value : null
}
