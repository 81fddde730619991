/** `callseal read`: judges captures in files. */
import type { CommandRow } from './command.ts'

export const readCommand: CommandRow = {
  name: 'read',
  summary: 'judge the calls in capture files (pcap, pcapng, gzipped too; - is standard input)',
  arguments: '<file...>',
  options: [
    { flags: '--json', summary: 'one JSON object a line: calls, phones, errors, then a summary' },
    {
      flags: '--explain <call>',
      summary: 'all evidence of one call, by its number (c-1) or Call-ID, with frame numbers',
      conflicts: ['json'],
    },
    {
      flags: '--parties <how>',
      summary: 'how numbers and names are shown',
      choices: ['masked', 'full', 'none'],
      default: 'masked',
    },
    { flags: '--no-progress', summary: 'do not show how far the reading is' },
    { flags: '-q, --quiet', summary: 'nothing on standard error but errors' },
  ],
  details: 'Reports go to standard output, talk to standard error. Nothing is sent anywhere.',
  run: async (files, options) => {
    const { runRead } = await import('../read/run-read.ts')
    return runRead(files, options)
  },
}
