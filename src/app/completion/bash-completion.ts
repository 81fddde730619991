/** The script by which bash completes; needs nothing but bash itself (4.0). Pure. */
import {
  GLOBAL_OPTIONS,
  type CompletedCommand,
  type CompletedOption,
  type Taken,
} from './completion-model.ts'

/** The table's words hold nothing that means anything to a shell; whoever adds one that does finds out here. */
const quoted = (words: readonly string[]): string => {
  const odd = words.find((word) => !/^[\w.:,/-]+$/.test(word))
  if (odd !== undefined) throw new Error(`"${odd}" cannot be completed: quote it first`)
  return `'${words.join(' ')}'`
}

const assignment = (takes: Taken): string =>
  takes.of === 'words' ? `kind=words words=${quoted(takes.words)}` : `kind=${takes.of}`

const namesOf = (options: readonly CompletedOption[]): readonly string[] =>
  options.flatMap(({ names }) => names)

const optionLine = ({ name, options }: CompletedCommand): string =>
  `    ${name}) words=${quoted(namesOf(options.length === 0 ? GLOBAL_OPTIONS.slice(0, 1) : options))} ;;`

const valueLines = ({ name, options }: CompletedCommand): string[] =>
  options.flatMap(({ names, takes }) =>
    takes === null
      ? []
      : [`    ${names.map((option) => `'${name} ${option}'`).join('|')}) ${assignment(takes)} ;;`],
  )

const argumentLines = (command: CompletedCommand): string[] =>
  command.arguments.map(
    ({ takes, isRepeated }, at) =>
      `    '${command.name} '${isRepeated ? '*' : String(at)}) ${assignment(takes)} ;;`,
  )

/** What is the same for every table: it finds out where the cursor stands. */
const COMPLETE = `_callseal() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local command='' kind='' words='' before='' word='' at=0 i
  COMPREPLY=()
  # --option=value comes as three words.
  if [[ $current == = ]]; then
    current=''
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $command == '' ]]; then
      [[ $word == -* ]] || command=$word
    elif [[ $word != = && ($word != -* || $word == -) ]]; then
      _callseal_value "$command" "$before"
      [[ $kind != '' ]] || at=$((at + 1))
    fi
    [[ $word == = ]] || before=$word
  done
  if [[ $command == '' || $current == -* ]]; then
    _callseal_options "$command"
  else
    _callseal_value "$command" "$previous"
    [[ $kind != '' ]] || _callseal_argument "$command" "$at"
  fi
  case $kind in
    words) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current") ;;
    file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      ;;
    folder)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$current")
      ;;
    interface) mapfile -t COMPREPLY < <(compgen -W "$(command ls /sys/class/net 2>/dev/null)" -- "$current") ;;
  esac
}
`

/** Completion of `callseal`, to be read by `source`. */
export const renderBash = (
  commands: readonly CompletedCommand[],
): string => `# Completion of callseal for bash, made by: callseal completion bash

# What comes behind an option of a command.
_callseal_value() {
  kind='' words=''
  case "$1 $2" in
${commands.flatMap(valueLines).join('\n')}
  esac
}

# The argument of a command at a place, counted from 0.
_callseal_argument() {
  kind='' words=''
  case "$1 $2" in
${commands.flatMap(argumentLines).join('\n')}
  esac
}

_callseal_options() {
  kind=words words=''
  case "$1" in
    '') words=${quoted([...commands.map(({ name }) => name), ...namesOf(GLOBAL_OPTIONS)])} ;;
${commands.map(optionLine).join('\n')}
  esac
}

${COMPLETE}
complete -F _callseal callseal
`
