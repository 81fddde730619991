/** `callseal config`: is the configuration right, and what could stand in it. */
import { EXIT_CODES } from '../exit-codes.ts'
import { CONFIG_OPTION, configFileOf } from './config-option.ts'
import { UsageError, type CommandRow } from './command.ts'

const WHATS = ['check', 'schema', 'sample'] as const

export const configCommand: CommandRow = {
  name: 'config',
  summary: 'check the configuration, or print its JSON schema or a sample file',
  arguments: `<${WHATS.join('|')}>`,
  words: WHATS,
  options: [CONFIG_OPTION],
  details: 'Exit code 10: the configuration has faults; each is printed with its place and what to do.',
  run: async ([what = ''], values) => {
    const { loadConfig, renderFault, renderSample, renderSchema } = await import('../config/index.ts')
    if (!(WHATS as readonly string[]).includes(what))
      throw new UsageError(`config takes ${WHATS.join(', ')}; not ${JSON.stringify(what)}`)
    if (what !== 'check') {
      process.stdout.write(what === 'schema' ? renderSchema() : renderSample())
      return EXIT_CODES.allProtected.code
    }
    const { file, faults } = loadConfig({ file: configFileOf(values), environment: process.env })
    for (const fault of faults) process.stdout.write(`${renderFault(fault)}\n`)
    if (faults.length > 0) return EXIT_CODES.findings.code
    process.stdout.write(file === null ? 'there is no file: everything is as usual\n' : `${file} is right\n`)
    return EXIT_CODES.allProtected.code
  },
}
