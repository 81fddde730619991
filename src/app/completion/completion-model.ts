/** What a shell may complete on the command line, from the table of commands. Pure. */
import type { CommandRow, OptionRow } from '../commands/command.ts'

/** What stands in a place of the command line. `anything`: only the user knows. */
export type Taken =
  | { readonly of: 'words'; readonly words: readonly string[] }
  | { readonly of: 'file' | 'folder' | 'interface' | 'anything' }

export interface CompletedOption {
  /** As typed: `-q`, `--quiet`. */
  readonly names: readonly string[]
  readonly summary: string
  /** Null: a flag. */
  readonly takes: Taken | null
  /** What it takes may be left out. */
  readonly isOptional: boolean
}

export interface CompletedArgument {
  /** As in the help: `file`. */
  readonly name: string
  readonly takes: Taken
  readonly isOptional: boolean
  /** It may stand any number of times. */
  readonly isRepeated: boolean
}

export interface CompletedCommand {
  readonly name: string
  readonly summary: string
  readonly options: readonly CompletedOption[]
  readonly arguments: readonly CompletedArgument[]
}

/** By what stands in `<>` or `[]`; what is not here is `anything`. */
const PLACEHOLDERS: Readonly<Record<string, Taken['of'] & ('file' | 'folder' | 'interface')>> = {
  file: 'file',
  path: 'file',
  folder: 'folder',
  interface: 'interface',
}

const HELP: CompletedOption = {
  names: ['-h', '--help'],
  summary: 'print this help',
  takes: null,
  isOptional: false,
}

/** Before any command. */
export const GLOBAL_OPTIONS: readonly CompletedOption[] = [
  HELP,
  { names: ['-V', '--version'], summary: 'print the version', takes: null, isOptional: false },
]

const placeholderTaken = (placeholder: string, words: readonly string[] | undefined): Taken => {
  if (words !== undefined) return { of: 'words', words }
  return { of: PLACEHOLDERS[placeholder] ?? 'anything' }
}

/** `<file...>` or `[name]` taken apart. */
const readPlaceholder = (text: string): Pick<CompletedArgument, 'name' | 'isOptional' | 'isRepeated'> => ({
  name: text.slice(1, -1).replace('...', ''),
  isOptional: text.startsWith('['),
  isRepeated: text.endsWith('...>') || text.endsWith('...]'),
})

const toOption = ({ flags, summary, choices }: OptionRow): CompletedOption => {
  const parts = flags.split(/[ ,]+/)
  const names = parts.filter((part) => part.startsWith('-'))
  const taken = parts.find((part) => /^[<[]/.test(part))
  if (taken === undefined) return { names, summary, takes: null, isOptional: false }
  const { name, isOptional } = readPlaceholder(taken)
  const placeholder = names.includes('--interface') ? 'interface' : name
  return { names, summary, takes: placeholderTaken(placeholder, choices), isOptional }
}

/** `words` are those of the first argument. */
const toArguments = ({ arguments: text, words }: CommandRow): readonly CompletedArgument[] =>
  text
    .split(' ')
    .filter((part) => part !== '')
    .map((part, at) => {
      const own = at === 0 ? words : undefined
      const { name, ...rest } = readPlaceholder(part)
      return { name: own === undefined ? name : 'what', takes: placeholderTaken(name, own), ...rest }
    })

/** Commands that people see, in the table's order, and `help`, which the parser adds. */
export const toCompletion = (rows: readonly CommandRow[]): readonly CompletedCommand[] => {
  const shown = rows.filter(({ isHidden }) => isHidden !== true)
  const names = shown.map(({ name }) => name)
  const help: CompletedArgument = {
    name: 'command',
    takes: { of: 'words', words: names },
    isOptional: true,
    isRepeated: false,
  }
  return [
    ...shown.map((row) => ({
      name: row.name,
      summary: row.summary,
      options: [...row.options.map(toOption), HELP],
      arguments: toArguments(row),
    })),
    { name: 'help', summary: 'print the help of a command', options: [], arguments: [help] },
  ]
}
