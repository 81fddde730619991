/** The command line by commander, made from the table of commands: parsing, help and errors. */
import { Command, CommanderError, Option } from 'commander'
import type { CommandRow, OptionRow } from './commands/index.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { PROGRAM_SUMMARY } from './program-summary.ts'

/** Parses and runs; gives the exit code. Help goes to standard output, errors to standard error with code 64. */
export const runCommandLine = async (
  commands: readonly CommandRow[],
  args: readonly string[],
): Promise<number> => {
  let code: number = EXIT_CODES.usage.code
  const program = toProgram(commands, (exitCode) => {
    code = exitCode
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT_CODES.allProtected.code : EXIT_CODES.usage.code
  }
}

const toProgram = (commands: readonly CommandRow[], onCode: (code: number) => void): Command => {
  const program = new Command('callseal')
    .description(`${PROGRAM_SUMMARY.charAt(0).toUpperCase()}${PROGRAM_SUMMARY.slice(1)}.`)
    .option('-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', exitCodesText)
    .showHelpAfterError('(callseal --help lists the commands)')
    .configureOutput({
      outputError: (text, write) => write(text.replace('error: ', 'callseal: ')),
    })
    .exitOverride()
  for (const row of commands) addCommand(program, row, onCode)
  return program
}

const addCommand = (program: Command, row: CommandRow, onCode: (code: number) => void): void => {
  const command = program
    .command(row.arguments === '' ? row.name : `${row.name} ${row.arguments}`, {
      hidden: row.isHidden === true,
    })
    .description(row.details === undefined ? row.summary : `${row.summary}\n\n${row.details}`)
    .summary(row.summary)
    .helpOption('-h, --help', 'print this help')
    .allowExcessArguments(false)
  for (const option of row.options) command.addOption(toOption(option))
  if (row.name === 'read' || row.name === 'run') command.addHelpText('after', exitCodesText)
  command.action(async () => {
    onCode(await row.run(command.args, command.opts()))
  })
}

const toOption = (row: OptionRow): Option => {
  const option = new Option(row.flags, row.summary)
  if (row.choices !== undefined) option.choices([...row.choices])
  if (row.default !== undefined) option.default(row.default)
  if (row.conflicts !== undefined) option.conflicts([...row.conflicts])
  return option
}

const exitCodesText = (): string => {
  const rows = Object.values(EXIT_CODES).map(({ code, means }) => `  ${String(code).padEnd(5)}${means}`)
  return `\nExit codes:\n${rows.join('\n')}`
}
