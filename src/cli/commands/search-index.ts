import { Command } from 'commander'
import { wholeNumber } from '../arguments.ts'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex index`: the search index, made from the catalog. */
export function indexCommand(run: Run): Command {
  const rebuild = defineCommand({
    name: 'rebuild',
    summary: 'Build the search index anew from the catalog',
    description:
      'Builds the search index anew from the catalog, and makes it the one that follows it: needed once after another ' +
      'engine was chosen. In Meilisearch a second index is built and put in place of the first in one step; in Postgres ' +
      'documents are written anew in place. Searches find what they did meanwhile, and nothing that is crawled is lost.',
    examples: ['hubdex index rebuild', 'MEILI_URL=http://localhost:7700 hubdex index rebuild'],
  }).action(run(async () => (await import('../actions/search-index.ts')).rebuildAction))
  const check = defineCommand({
    name: 'check',
    summary: 'Compare the search index with the catalog',
    description:
      'Compares the search index with the catalog: how many repos of each kind, and the content of some taken at ' +
      'random. Exit code 1 when they differ. What waits to be indexed is indexed first.',
    examples: ['hubdex index check', 'hubdex index check --sample 100000 --json'],
  })
    .option('--sample <repos>', 'repos to compare', wholeNumber(), 1_000)
    .action(run(async () => (await import('../actions/search-index.ts')).checkAction))
  const repair = defineCommand({
    name: 'repair',
    summary: 'Mend what differs between the search index and the catalog',
    description:
      'Compares every document with the catalog, writes those anew that are missing or differ, and removes those of ' +
      'which the catalog has no live repo.',
    examples: ['hubdex index repair'],
  }).action(run(async () => (await import('../actions/search-index.ts')).repairAction))
  return new Command('index')
    .summary('The search index: build it anew, check it, repair it')
    .description('The search index: build it anew, check it, repair it')
    .addCommand(rebuild)
    .addCommand(check)
    .addCommand(repair)
}
