import { Command } from 'commander'
import { defineCommand, type Run } from '../command.ts'
import { wholeNumber } from '../input/arguments.ts'

/** `hubdex index`: rebuilds, checks or repairs the search index, and embeds texts. */
export function indexCommand(run: Run): Command {
  const rebuild = defineCommand({
    name: 'rebuild',
    summary: 'Rebuild the search index from the catalog',
    description:
      'Rebuilds the search index from the catalog and makes it the active one, which is needed once after a change of ' +
      'engine. It fills a second index, which then replaces the current one in one step. Searches keep working meanwhile, ' +
      'and changes that are crawled meanwhile are included.',
    examples: ['hubdex index rebuild', 'MEILI_URL=http://localhost:7700 hubdex index rebuild'],
  }).action(run(async () => (await import('../actions/search-index.ts')).rebuildAction))
  const check = defineCommand({
    name: 'check',
    summary: 'Compare the search index with the catalog',
    description:
      'Compares the search index with the catalog: the number of repos of each kind, and the content of a random sample. ' +
      'Pending changes are indexed first. The exit code is 1 if they differ.',
    examples: ['hubdex index check', 'hubdex index check --sample 100000 --json'],
  })
    .option('--sample <repos>', 'repos to compare', wholeNumber(), 1_000)
    .action(run(async () => (await import('../actions/search-index.ts')).checkAction))
  const repair = defineCommand({
    name: 'repair',
    summary: 'Repair differences between the search index and the catalog',
    description:
      'Compares every document with the catalog, rewrites those that are missing or differ, and removes those without a ' +
      'live repo.',
    examples: ['hubdex index repair'],
  }).action(run(async () => (await import('../actions/search-index.ts')).repairAction))
  const embed = defineCommand({
    name: 'embed',
    summary: 'Embed texts for semantic search',
    description:
      'Sends the texts of repos that are new or have changed to the embedder in the settings, and stores their vectors. ' +
      '`hubdex crawl` and `hubdex up` do that, too. Ctrl-C stops it, and the next run resumes. A text that the embedder ' +
      'refuses is listed by `hubdex failures`.',
    examples: [
      'HUBDEX_EMBEDDER_URL=http://localhost:11434/api/embed HUBDEX_EMBEDDER_MODEL=nomic-embed-text hubdex index embed',
    ],
  }).action(run(async () => (await import('../actions/search-index.ts')).embedAction))
  return new Command('index')
    .summary('Rebuild, check, repair or embed the search index')
    .description('Rebuild, check or repair the search index, or embed texts for semantic search')
    .addCommand(rebuild)
    .addCommand(check)
    .addCommand(repair)
    .addCommand(embed)
}
