/** `callseal doctor`: is this machine fit to listen? */
import type { CommandRow } from './command.ts'

export const doctorCommand: CommandRow = {
  name: 'doctor',
  summary: 'check this machine: the bridge, its silence, the adapters, the clock, the watchdogs',
  arguments: '',
  options: [
    { flags: '--json', summary: 'one JSON object: counts, and each check with the line that mends it' },
    {
      flags: '--mirror <interface>',
      summary: 'listening on a mirror port with this adapter: no bridge is wanted',
    },
    { flags: '--root <folder>', summary: 'read /sys, /proc and /run below this folder; no program is asked' },
  ],
  details:
    'Reads only; changes nothing. Each result is ok, warn, FAIL or cannot tell, with the line that mends it. Ends with 10 if a check failed.',
  run: async (_, options) => {
    const { runDoctor } = await import('../doctor/run-doctor.ts')
    return runDoctor(options)
  },
}
