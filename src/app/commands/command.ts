/** The shape of a command: rows of a table that parsing, help, completion and README are made from. */

/** One option as commander writes it: `-s, --long <value>`. */
export interface OptionRow {
  readonly flags: string
  readonly summary: string
  readonly choices?: readonly string[]
  readonly default?: string
  /** Names of options that make no sense beside it. */
  readonly conflicts?: readonly string[]
}

/** Values by option name in camel case: a flag is true or absent, a value is a text. */
export type OptionValues = Readonly<Record<string, unknown>>

/** One command. */
export interface CommandRow {
  readonly name: string
  /** One line, no full stop. */
  readonly summary: string
  /** For programs and units: on no list of commands. */
  readonly isHidden?: boolean
  /** Positional arguments as commander writes them: `<file...>`; empty if none. */
  readonly arguments: string
  /** What the first argument may be, where it is one of a few words. */
  readonly words?: readonly string[]
  readonly options: readonly OptionRow[]
  /** More for its own help page. */
  readonly details?: string
  /** Runs it, loading what it needs only now, and gives the exit code. Throws UsageError for values that make no sense. */
  readonly run: (positional: readonly string[], options: OptionValues) => Promise<number>
}

/** The command line makes no sense; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
