/** Completion of the command line by shells, one row a shell. */
import type { CommandRow } from '../commands/command.ts'
import { renderBash } from './bash-completion.ts'
import { toCompletion, type CompletedCommand } from './completion-model.ts'
import { renderFish } from './fish-completion.ts'
import { renderZsh } from './zsh-completion.ts'

const SHELL_TABLE: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash: renderBash,
  zsh: renderZsh,
  fish: renderFish,
}

/** The script for a shell; null: there is none for it. */
export const renderCompletion = (shell: string, commands: readonly CommandRow[]): string | null =>
  Object.hasOwn(SHELL_TABLE, shell) ? (SHELL_TABLE[shell]?.(toCompletion(commands)) ?? null) : null
