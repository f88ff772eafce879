import type { Command } from 'commander'

/** `--dry-run` for a change, and `--yes` for a destructive one. */
export function addSafety(command: Command, isDestructive = false): Command {
  if (isDestructive) command.option('--yes', 'do not ask first; needed where there is no terminal')
  return command.option('--dry-run', 'say what would be done, and change nothing')
}

export function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value]
}
