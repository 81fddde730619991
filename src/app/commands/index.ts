/** Every command, in the order of the help page. */
import type { CommandRow } from './command.ts'
import { toCompletionCommand } from './completion.ts'
import { configCommand } from './config.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { healthCommand } from './health.ts'
import { toManCommand } from './man.ts'
import { mqttCommand } from './mqtt.ts'
import { readCommand } from './read.ts'
import { reportCommand } from './report.ts'
import { runBoxCommand } from './run-box.ts'
import { runEngineCommand } from './run-engine.ts'
import { runCommand } from './run.ts'
import { selftestCommand } from './selftest.ts'
import { showFaultCommand } from './show-fault.ts'
import { surveyCommand } from './survey.ts'
import { topCommand } from './top.ts'
import { versionCommand } from './version.ts'

export { UsageError, type CommandRow, type OptionRow } from './command.ts'

export const COMMANDS: readonly CommandRow[] = [
  readCommand,
  runCommand,
  topCommand,
  reportCommand,
  surveyCommand,
  healthCommand,
  demoCommand,
  doctorCommand,
  selftestCommand,
  configCommand,
  mqttCommand,
  toCompletionCommand(() => COMMANDS),
  toManCommand(() => COMMANDS),
  versionCommand,
  runEngineCommand,
  runBoxCommand,
  showFaultCommand,
]
