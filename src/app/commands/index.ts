/** Every command, in the order of the help page. */
import type { CommandRow } from './command.ts'
import { configCommand } from './config.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { readCommand } from './read.ts'
import { reportCommand } from './report.ts'
import { runBoxCommand } from './run-box.ts'
import { runEngineCommand } from './run-engine.ts'
import { runCommand } from './run.ts'
import { topCommand } from './top.ts'
import { versionCommand } from './version.ts'

export { UsageError, type CommandRow, type OptionRow } from './command.ts'

export const COMMANDS: readonly CommandRow[] = [
  readCommand,
  runCommand,
  topCommand,
  reportCommand,
  demoCommand,
  doctorCommand,
  configCommand,
  versionCommand,
  runEngineCommand,
  runBoxCommand,
]
