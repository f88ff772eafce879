import type { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex report`: the catalog as a page to read and to show. */
export function reportCommand(run: Run): Command {
  return defineCommand({
    name: 'report',
    summary: 'Write a report of the catalog as one HTML page',
    description:
      'Writes index.html into a folder: growth, licenses, tasks, libraries, sizes, authors, families of models, what changed ' +
      'this week, and what the catalog covers, as charts with their figures and queries. The page loads nothing from ' +
      'anywhere, follows the light or dark theme of its reader, and can be printed. A former report is replaced when the new ' +
      'one is whole.',
    examples: ['hubdex report catalog-report', 'hubdex report /var/www/hub --json'],
  })
    .argument('<folder>', 'where index.html is written; created if it does not exist')
    .action(run(async () => (await import('../actions/report.ts')).reportAction))
}
