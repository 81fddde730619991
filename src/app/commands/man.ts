/** `callseal man`: the manual page. */
import { EXIT_CODES } from '../exit-codes.ts'
import { readVersion } from '../version.ts'
import type { CommandRow } from './command.ts'

/** `commands`: the table that this row is part of. */
export const toManCommand = (commands: () => readonly CommandRow[]): CommandRow => ({
  name: 'man',
  summary: 'print the manual page for man: callseal man | man -l -',
  arguments: '',
  options: [],
  run: async () => {
    const { renderManual } = await import('../manual/manual-page.ts')
    process.stdout.write(renderManual(commands(), readVersion()))
    return EXIT_CODES.allProtected.code
  },
})
