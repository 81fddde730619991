/** `callseal version`. */
import { EXIT_CODES } from '../exit-codes.ts'
import { readVersion } from '../version.ts'
import type { CommandRow } from './command.ts'

export const versionCommand: CommandRow = {
  name: 'version',
  summary: 'print the version',
  arguments: '',
  options: [],
  run: () => {
    process.stdout.write(`callseal ${readVersion()}\n`)
    return Promise.resolve(EXIT_CODES.allProtected.code)
  },
}
