/** `callseal completion`: lets a shell complete commands, options and what they take. */
import { EXIT_CODES } from '../exit-codes.ts'
import { UsageError, type CommandRow } from './command.ts'

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** `commands`: the table that this row is part of. */
export const toCompletionCommand = (commands: () => readonly CommandRow[]): CommandRow => ({
  name: 'completion',
  summary: 'print the script by which a shell completes commands, options and files',
  arguments: `<${SHELLS.join('|')}>`,
  words: SHELLS,
  options: [],
  details: [
    'bash: callseal completion bash > ~/.local/share/bash-completion/completions/callseal',
    'zsh: callseal completion zsh > _callseal, in a folder of $fpath',
    'fish: callseal completion fish > ~/.config/fish/completions/callseal.fish',
  ].join('\n'),
  run: async ([shell = '']) => {
    const { renderCompletion } = await import('../completion/index.ts')
    const script = renderCompletion(shell, commands())
    if (script === null)
      throw new UsageError(`completion takes ${SHELLS.join(', ')}; not ${JSON.stringify(shell)}`)
    process.stdout.write(script)
    return EXIT_CODES.allProtected.code
  },
})
