/** The script by which zsh completes: a file for its search path, or to be read by `source`. Pure. */
import {
  GLOBAL_OPTIONS,
  type CompletedArgument,
  type CompletedCommand,
  type CompletedOption,
  type Taken,
} from './completion-model.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
/** Within the brackets of an option's description. */
const bracketed = (text: string): string => text.replace(/[[\]\\:]/g, '\\$&')

const ACTIONS: Readonly<Record<Exclude<Taken['of'], 'words'>, string>> = {
  file: '_files',
  folder: '_files -/',
  interface: '_callseal_interfaces',
  anything: ' ',
}

const actionOf = (takes: Taken): string =>
  takes.of === 'words' ? `(${takes.words.join(' ')})` : ACTIONS[takes.of]

const optionSpec = ({ names, summary, takes, isOptional }: CompletedOption): string => {
  const value = takes === null ? '' : `${isOptional ? '::' : ':'}value:${actionOf(takes)}`
  const isLong = (name: string): boolean => name.startsWith('--')
  const others = names.length > 1 ? `(${names.join(' ')})` : ''
  return names
    .map((name) =>
      quoted(`${others}${name}${takes !== null && isLong(name) ? '=' : ''}[${bracketed(summary)}]${value}`),
    )
    .join(' ')
}

const argumentSpec = ({ name, takes, isOptional, isRepeated }: CompletedArgument, at: number): string => {
  const place = isRepeated ? '*' : String(at + 1)
  return quoted(`${place}${isOptional ? '::' : ':'}${name}:${actionOf(takes)}`)
}

const commandCase = ({ name, options, arguments: places }: CompletedCommand): string => {
  const specs = [...options.map(optionSpec), ...places.map(argumentSpec)]
  return `        ${name})\n          _arguments \\\n            ${specs.join(' \\\n            ')}\n          ;;`
}

/** Completion of `callseal`. */
export const renderZsh = (commands: readonly CompletedCommand[]): string => `#compdef callseal
# Completion of callseal for zsh, made by: callseal completion zsh

_callseal_interfaces() {
  compadd -- /sys/class/net/*(N:t)
}

_callseal_commands() {
  local -a commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary.replaceAll(':', '\\:')}`)}`).join('\n')}
  )
  _describe -t commands command commands
}

_callseal() {
  local context state state_descr line curcontext="$curcontext"
  typeset -A opt_args
  _arguments -C \\
    ${GLOBAL_OPTIONS.map(optionSpec).join(' \\\n    ')} \\
    '1:command:_callseal_commands' \\
    '*::argument:->argument'
  case $state in
    argument)
      case $words[1] in
${commands.map(commandCase).join('\n')}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _callseal ]]; then
  _callseal "$@"
else
  compdef _callseal callseal
fi
`
