/** The script by which fish completes. Pure. */
import {
  GLOBAL_OPTIONS,
  type CompletedCommand,
  type CompletedOption,
  type Taken,
} from './completion-model.ts'

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

const VALUES: Readonly<Record<Exclude<Taken['of'], 'words'>, string>> = {
  file: '-r -F',
  folder: "-x -a '(__fish_complete_directories)'",
  interface: "-x -a '(command ls /sys/class/net 2>/dev/null)'",
  anything: '-x',
}

const valueOf = (takes: Taken | null): string => {
  if (takes === null) return ''
  return takes.of === 'words' ? ` -x -a ${quoted(takes.words.join(' '))}` : ` ${VALUES[takes.of]}`
}

const nameOf = (name: string): string =>
  name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`

const optionLine = (condition: string, { names, summary, takes, isOptional }: CompletedOption): string =>
  // To fish a value that may be left out is none that follows.
  `complete -c callseal -n ${quoted(condition)} ${names.map(nameOf).join(' ')}${valueOf(isOptional ? null : takes)} -d ${quoted(summary)}`

/** One line a place: words are offered until one of them stands there. */
const argumentLines = ({ name, arguments: places }: CompletedCommand): string[] =>
  places.flatMap(({ takes }) => {
    const here = `__fish_seen_subcommand_from ${name}`
    if (takes.of === 'file') return [`complete -c callseal -n ${quoted(here)} -F`]
    if (takes.of !== 'words') return []
    const words = takes.words.join(' ')
    // A word of `help` names a command too, so the count of words tells whether it stands there.
    const isFirst = `${here}; and test (count (commandline -opc)) -eq 2`
    return [`complete -c callseal -n ${quoted(isFirst)} -a ${quoted(words)}`]
  })

/** Completion of `callseal`. */
export const renderFish = (commands: readonly CompletedCommand[]): string => {
  const lines = commands.flatMap((command) => [
    `complete -c callseal -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`,
    ...command.options.map((option) => optionLine(`__fish_seen_subcommand_from ${command.name}`, option)),
    ...argumentLines(command),
  ])
  return [
    '# Completion of callseal for fish, made by: callseal completion fish',
    'complete -c callseal -f',
    ...GLOBAL_OPTIONS.map((option) => optionLine('__fish_use_subcommand', option)),
    ...lines,
    '',
  ].join('\n')
}
