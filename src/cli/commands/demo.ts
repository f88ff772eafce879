import type { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'
import { wholeNumber } from '../input/arguments.ts'

/** `hubdex demo`: a sample Hub, a crawl, a search and a query, all on this machine. */
export function demoCommand(run: Run): Command {
  return defineCommand({
    name: 'demo',
    summary: 'See it work: a sample Hub, a crawl, a search and a query, without a network',
    description:
      'Starts a sample Hub on this machine, crawls it into a catalog of its own, and runs a search and an SQL query. ' +
      'The Hub and the catalog then stay open for you to try, until Ctrl-C.',
    examples: ['hubdex demo', 'hubdex demo --once --repos 1000'],
  })
    .option('--repos <repos>', 'repos on the sample Hub', wholeNumber(100), 5_000)
    .option('--once', 'exit after printing; the catalog stays')
    .action(run(async () => (await import('../actions/demo.ts')).demoAction))
}
