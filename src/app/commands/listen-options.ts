/** Options that the commands which listen have in common. */
import { DEFAULT_CONFIG, type EngineConfig } from '../state-protocol/index.ts'
import type { OptionRow } from './command.ts'

const listOf = (kind: keyof EngineConfig['ports']): string => DEFAULT_CONFIG.ports[kind].join()

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

export const PORT_OPTIONS: readonly OptionRow[] = [
  { flags: '--sip-ports <list>', summary: 'where SIP over UDP and TCP is expected', default: listOf('sip') },
  { flags: '--tls-ports <list>', summary: 'where TLS is taken for SIP', default: listOf('tls') },
  {
    flags: '--websocket-ports <list>',
    summary: 'where SIP over WebSocket is expected',
    default: listOf('webSocket'),
  },
]

export const FILTER_OPTION: OptionRow = {
  flags: '--filter <which>',
  summary: 'what the kernel lets through: auto leaves out what is no telephony, none nothing',
  choices: ['auto', 'none'],
  default: 'auto',
}
