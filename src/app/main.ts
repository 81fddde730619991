#!/usr/bin/env node
/** The `callseal` program: finds the command in the table and runs it. Everything that takes time to load is loaded by whoever needs it. */
import { COMMANDS, UsageError } from './commands/index.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { endQuietlyWithoutReader } from './terminal.ts'

const VERSION_FLAGS: readonly (string | undefined)[] = ['--version', '-V']

/** Runs one command line (without `node` and the script) and gives its exit code. */
const run = async (args: readonly string[]): Promise<number> => {
  const [first, ...rest] = VERSION_FLAGS.includes(args[0]) ? ['version'] : args
  const command = COMMANDS.find(({ name }) => name === first)
  // A command without arguments needs no parser, and scripts that ask for the version need not wait for it.
  if (command !== undefined && rest.length === 0 && command.arguments === '' && command.options.length === 0)
    return command.run([], {})
  const { runCommandLine } = await import('./command-line.ts')
  return runCommandLine(COMMANDS, args)
}

/** A full disk is no error of the program, though nothing else can be done about it here. */
const isWriteFailure = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && (error as NodeJS.ErrnoException).syscall === 'write'

const failed = (error: unknown): number => {
  if (error instanceof UsageError) {
    process.stderr.write(`callseal: ${error.message}\n`)
    return EXIT_CODES.usage.code
  }
  if (isWriteFailure(error)) {
    process.stderr.write(`callseal: the output cannot be written: ${error.message}\n`)
    return EXIT_CODES.internal.code
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(`callseal: this is an error in the program, please report it\n${text}\n`)
  return EXIT_CODES.internal.code
}

endQuietlyWithoutReader()
process.on('uncaughtException', (error) => {
  process.exit(failed(error))
})
try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  process.exitCode = failed(error)
}
