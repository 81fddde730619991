/** Where the box of this machine hears requests of other programs. */
import type { OptionRow } from './command.ts'

const CONTROL_SOCKET = '/run/callseal-box/control.sock'

export const CONTROL_OPTION: OptionRow = {
  flags: '--control <path>',
  summary: 'the socket where the box hears requests of this machine',
  default: CONTROL_SOCKET,
}
