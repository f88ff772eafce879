import type { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex status`: can the catalog be trusted, and when will it be done? */
export function statusCommand(run: Run): Command {
  return defineCommand({
    name: 'status',
    summary: 'How complete and fresh the catalog is, and when it will be done',
    description:
      'Tells for each kind how many repos are known and until when changes of the Hub are in; for each stage how much is ' +
      'done, and the time that the last seen budget needs for the rest; failures, budgets, and what waits. Unconfirmed are ' +
      'repos that the last full pass has missed and that the Hub has not clearly called gone; a note says why. Lag is the ' +
      "time from a repo's lastModified on the Hub until the change was here, over changes of the last seven days. Over " +
      '200,000 repos, counts are estimates from a sample and marked with ~. The schedule is that of whichever process ' +
      'keeps it (see `hubdex schedule --help`).',
    examples: ['hubdex status', "hubdex status --json | jq '.kinds[] | {kind, asOf, lagP95Seconds}'"],
  }).action(run(async () => (await import('../actions/status.ts')).statusAction))
}
