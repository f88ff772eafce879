import { type Command, InvalidArgumentError, Option } from 'commander'
import { STAGES, type Stage } from '../../catalog/schema.ts'
import { defineCommand, type Run } from '../command.ts'
import { PASS_KIND_NAMES, wholeNumber } from '../input/arguments.ts'

/** `hubdex crawl`: one crawl of the Hub's listings into the catalog and the search index. */
export function crawlCommand(run: Run): Command {
  return defineCommand({
    name: 'crawl',
    summary: 'Crawl the Hub into the catalog, or resume the last run',
    description:
      'Walks the listings of the Hub and writes them to the catalog page by page; each page can be searched at once. Then ' +
      'it fetches for each repo, most wanted first, what no listing has: files and sizes, columns and rows of datasets, ' +
      'READMEs; and the items of collections beyond the first four. The next run resumes one that was stopped or whose ' +
      'request budget ran out.',
    settings: ['pageSize', 'includePrivate'],
    examples: [
      'hubdex crawl',
      'hubdex crawl models --limit 5000',
      'hubdex crawl --scope recent',
      'hubdex crawl datasets --stages parquet --stage-requests 5000',
      'hubdex crawl --stage-requests all',
      'hubdex crawl collections --owner openai',
      'HF_TOKEN=hf_… hubdex crawl',
      'hubdex crawl --endpoint http://127.0.0.1:8080 --data-dir ./try --json',
    ],
  })
    .argument('[kinds...]', `what to crawl: ${PASS_KIND_NAMES.join(', ')} (default: all)`)
    .addOption(
      new Option('--scope <scope>', 'full: every repo, and confirmed removals; recent: only new and changed repos')
        .choices(['full', 'recent'])
        .default('full'),
    )
    .option('--limit <repos>', 'stop after so many repos of each kind; the next run resumes', wholeNumber(1))
    .option('--max-requests <requests>', 'stop after so many requests; the next run resumes', wholeNumber(1))
    .addOption(
      new Option('--stages <stages>', `what to fetch for each repo: all, none, or some of ${STAGES.join(',')}`)
        .argParser(stagesOf)
        .default([...STAGES], 'all'),
    )
    .option(
      '--stage-requests <requests>',
      'requests to spend on stages, and as many on collections; or all that the passes leave; the next run resumes',
      atLeastOneOrAll,
      500,
    )
    .option('--owner <name>', 'with collections: only those of this user or organization; repeatable', collect)
    .action(run(async () => (await import('../actions/crawl.ts')).crawlAction))
}

function stagesOf(text: string): Stage[] {
  if (text === 'none') return []
  if (text === 'all') return [...STAGES]
  return [...new Set(text.split(','))].map((name) => {
    const stage = STAGES.find((known) => known === name.trim())
    if (stage !== undefined) return stage
    throw new InvalidArgumentError(`Expected all, none, or some of ${STAGES.join(',')}.`)
  })
}

function collect(name: string, previous: string[] = []): string[] {
  return [...new Set([...previous, name.trim()])]
}

function atLeastOneOrAll(text: string): number {
  return text === 'all' ? Number.POSITIVE_INFINITY : wholeNumber(1)(text)
}
