import type { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex config`: every setting with its value and source. */
export function configCommand(run: Run): Command {
  return defineCommand({
    name: 'config',
    summary: 'Show every setting with its value and source',
    description:
      'Shows every setting with its value and source: a flag, the environment, hubdex.config.json or the default, in ' +
      'this order. Secrets, which come from the environment or a file of their own, are shown as stars.',
    examples: ['hubdex config', 'HUBDEX_PAGE_SIZE=500 hubdex config --json'],
  }).action(run(async () => (await import('../actions/config.ts')).configAction))
}
