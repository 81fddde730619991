/** The manual page callseal(1) from the table of commands, in the macros of man(7). Pure. */
import type { CommandRow, OptionRow } from '../commands/command.ts'
import { CONFIG_FILES } from '../config/index.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { PROGRAM_SUMMARY } from '../program-summary.ts'
import { bold, emphasised, roffText, tagged } from './roff.ts'

const FILE_TABLE: readonly (readonly [string, string])[] = [
  [CONFIG_FILES[0], 'the configuration; it need not exist'],
  [CONFIG_FILES[1], 'the configuration, where a card reader finds it, if the first is not there'],
  ['/var/lib/callseal', 'the journal of the box, and what it must remember'],
  ['/run/callseal/engine.sock', 'where the engine tells what it sees'],
  ['/run/callseal-box/control.sock', 'where the box hears requests of this machine'],
]

const VARIABLE_TABLE: readonly (readonly [string, string])[] = [
  ['CALLSEAL_CONFIG', 'the file of the configuration, if no option names one'],
  [
    'CALLSEAL_SECTION_KEY',
    'a key of the configuration, CALLSEAL_MQTT_URL for mqtt.url; it outweighs the file. Secrets stand in files that keys name',
  ],
  ['NO_COLOR', 'if it is set, nothing is coloured'],
  ['COLUMNS', 'how wide a table may be where the output is no terminal'],
]

const EXAMPLE_TABLE: readonly (readonly [string, string])[] = [
  ['callseal read office.pcapng', 'judge the calls of a capture'],
  ['callseal read office.pcapng --explain c-1', 'all evidence of its first call'],
  ['callseal run --interface br0', 'judge the calls on a wire'],
  ['callseal report --from 7d --csv', 'the calls of the last seven days for a spreadsheet'],
]

/** `--explain <call>`: names are literal, what is filled in is not. */
const flagsOf = (flags: string): string =>
  flags
    .split(' ')
    .map((part) => (/^[<[]/.test(part) ? emphasised(part.replace(/^<|>$/g, '')) : bold(part)))
    .join(' ')

const optionOf = ({ flags, summary, choices, default: usual }: OptionRow): string => {
  const values = choices === undefined ? '' : `: ${choices.join(', ')}`
  const value = usual === undefined ? '' : ` (as usual ${usual})`
  return tagged(flagsOf(flags), roffText(`${summary}${values}${value}`))
}

const synopsisOf = ({ name, arguments: places, options }: CommandRow): string =>
  [
    bold(`callseal ${name}`),
    ...(places === '' ? [] : [emphasised(places)]),
    ...(options.length === 0 ? [] : [`[${emphasised('options')}]`]),
  ].join(' ')

const sectionOf = (row: CommandRow): string => {
  const { summary, details, options } = row
  const lines = [`.SS ${synopsisOf(row)}`, `${roffText(summary)}.`]
  for (const detail of details?.split('\n') ?? []) lines.push('.PP', roffText(detail))
  return [...lines, ...options.map(optionOf)].join('\n')
}

const listOf = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([name, means]) => tagged(bold(name), roffText(means))).join('\n')

/** The whole page. `version` is that of the program. */
export const renderManual = (rows: readonly CommandRow[], version: string): string => {
  const commands = rows.filter(({ isHidden }) => isHidden !== true)
  const codes = Object.values(EXIT_CODES).map(({ code, means }) => [String(code), means] as const)
  return `${[
    `.TH CALLSEAL 1 "" "callseal ${roffText(version)}" "Callseal"`,
    '.SH NAME',
    `callseal \\- ${roffText(PROGRAM_SUMMARY)}`,
    '.SH SYNOPSIS',
    `${bold('callseal')} ${emphasised('command')} [${emphasised('options')}]`,
    '.SH DESCRIPTION',
    roffText(
      'A small box on the wire between phones and their switch. It listens, sends nothing there, keeps no sound, and calls a call protected only if that was shown for its signalling and its sound.',
    ),
    '.PP',
    roffText(
      'Every command prints its help with --help. Reports go to standard output, talk to standard error.',
    ),
    '.SH COMMANDS',
    ...commands.map(sectionOf),
    '.SH EXIT STATUS',
    listOf(codes),
    '.SH ENVIRONMENT',
    listOf(VARIABLE_TABLE),
    '.SH FILES',
    listOf(FILE_TABLE),
    '.SH EXAMPLES',
    listOf(EXAMPLE_TABLE),
    '.SH SEE ALSO',
    `${bold('callseal config sample')} ${roffText('prints every key of the configuration.')}`,
  ].join('\n')}\n`
}
