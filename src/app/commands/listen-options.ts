/** Options that the commands which listen have in common. */
import type { OptionRow } from './command.ts'

export const INTERFACE_OPTION: OptionRow = {
  flags: '--interface <name>',
  summary: 'where to listen (default: a port of the bridge, if there is one bridge)',
}

export const SOURCE_OPTION: OptionRow = {
  flags: '--source <how>',
  summary: 'how to listen; auto takes the first that can',
  choices: ['auto', 'ring', 'libpcap', 'tcpdump'],
  default: 'auto',
}

export const PARTIES_OPTION: OptionRow = {
  flags: '--parties <how>',
  summary: 'how numbers and names are shown',
  choices: ['masked', 'full', 'none'],
  default: 'masked',
}
