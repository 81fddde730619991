/** `callseal report`: what the box has kept. */
import { CONFIG_OPTION, configFileOf } from './config-option.ts'
import type { CommandRow } from './command.ts'

export const reportCommand: CommandRow = {
  name: 'report',
  summary: 'the calls that the box has kept, and what they add up to',
  arguments: '',
  options: [
    { flags: '--from <time>', summary: '2026-11-23, 2026-11-23T10:00, or back from now: 90m, 24h, 7d' },
    { flags: '--to <time>', summary: 'until then, likewise' },
    {
      flags: '--survey [name]',
      summary: 'the calls of a survey: of the last one by that name, or of the last',
      conflicts: ['from', 'to'],
    },
    {
      flags: '--json',
      summary: 'one JSON object a line: calls, then what they add up to',
      conflicts: ['csv'],
    },
    { flags: '--csv', summary: 'calls for a spreadsheet' },
    {
      flags: '--journal <folder>',
      summary: 'where the journal is kept (default: journal.folder of the configuration)',
    },
    CONFIG_OPTION,
  ],
  run: async (_, values) => {
    const { loadConfig } = await import('../config/index.ts')
    const { toReportOptions } = await import('../report/report-options.ts')
    const { runReport } = await import('../report/run-report.ts')
    const options = toReportOptions(values, Date.now())
    const named = values['journal']
    const { config } = loadConfig({ file: configFileOf(values), environment: process.env })
    return runReport(typeof named === 'string' ? named : config.journal.folder, options)
  },
}
