import type { Command } from 'commander'
import { defineCommand, type Run } from '../../command.ts'

/** `hubdex hub whoami`. */
export function whoamiCommand(run: Run): Command {
  return defineCommand({
    name: 'whoami',
    summary: 'Show the account of the token, with its organizations and rights',
    examples: ['hubdex hub whoami', 'hubdex hub whoami --json'],
  }).action(run(async () => (await import('../../actions/hub/whoami.ts')).whoamiAction))
}
