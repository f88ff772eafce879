import type { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex status`: how complete and fresh the catalog is. */
export function statusCommand(run: Run): Command {
  return defineCommand({
    name: 'status',
    summary: 'Show how complete and fresh the catalog is, and when it will be done',
    description:
      'Shows the known repos of each kind, and as of when changes of the Hub are included; the coverage of each stage, and ' +
      'how long its backlog takes with the last seen budget; failures, budgets and queues. Unconfirmed repos were missing ' +
      'from the last full pass without being clearly gone from the Hub; a note says why. Lag is the time from lastModified ' +
      'on the Hub to the arrival of the change, over the changes of the last seven days. Above 20,000 repos, lag and counts ' +
      'of stages are estimates from a sample; these counts are marked with ~. A sample cannot show that nothing is due, so ' +
      'the verdict stages-done then needs --exact. Numbers of repos are always exact. The schedule is that of the process ' +
      'that runs it (see `hubdex schedule --help`).',
    examples: [
      'hubdex status',
      "hubdex status --json | jq '.kinds[] | {kind, asOf, lagP95Secs}'",
      'until hubdex status --exact --json | jq -e \'any(.verdict[]; .code == "stages-done")\'; do sleep 60; done',
    ],
  })
    .option('--exact', 'read every repo instead of a sample, which takes a minute for millions')
    .action(run(async () => (await import('../actions/status.ts')).statusAction))
}
