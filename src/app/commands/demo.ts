/** `callseal demo`: plays captured calls through the real engine. */
import type { CommandRow } from './command.ts'

export const demoCommand: CommandRow = {
  name: 'demo',
  summary: 'play captured calls through the real engine and watch the verdicts develop (about a minute)',
  arguments: '',
  options: [
    { flags: '--fast', summary: 'do not wait: as fast as the engine goes', conflicts: ['speed'] },
    {
      flags: '--speed <factor>',
      summary: 'play each capture at so many times its own pace (1 = as it happened)',
    },
    { flags: '--loop', summary: 'start again at the end, until Ctrl-C' },
    { flags: '--once', summary: 'play once, then print the summary (the default)', conflicts: ['loop'] },
  ],
  details:
    'Needs no phone, no network and no privileges. On something that is no terminal it prints a line a change.',
  run: async (_, options) => {
    const { runDemo } = await import('../demo/run-demo.ts')
    return runDemo(options)
  },
}
