import { type Command, InvalidArgumentError } from 'commander'
import { DEFAULT_FACET_LIMIT, DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET } from '../../search/checked-query.ts'
import { FILTER_FIELDS, RANGE_FIELDS, SEARCH_SORTS } from '../../search/search-fields.ts'
import { defineCommand, type Run } from '../command.ts'
import { wholeNumber } from '../input/arguments.ts'
import { DEFAULT_RATIO } from '../input/search-ratio.ts'

/** `hubdex search`: words, filters and facets over the catalog. */
export function searchCommand(run: Run): Command {
  return defineCommand({
    name: 'search',
    summary: 'Search the catalog by words, filters and facets',
    description:
      'Finds repos and collections by words in id, title, author, tags, description and README (stage card). Every word must ' +
      'match, itself or by what it means (french, tts, 4bit, apache2, 7b); words such as the, for and best are optional. If none ' +
      'has all words, those with most of them are shown. The last word may be a prefix, and words of five letters or more may ' +
      'have one typo. Names are ' +
      'found however they are joined, split or ordered. Without words, repos are listed by trending score. The address of a ' +
      'repo finds that repo.',
    examples: [
      'hubdex search bert sentiment',
      'hubdex search --kind model --filter task=text-generation --filter license=mit,apache-2.0 --sort downloads',
      'hubdex search whisper --facet language --facet license --json',
      'hubdex search --filter parameters=1B..8B --filter downloads=1000.. --filter created=2025-01..2025-06',
      'hubdex search --facet author --facet-limit 50 --limit 0',
      'hubdex search french asr --kind collection --facet theme',
      `hubdex search --filter 'tag="a value, with a comma",mit'`,
      'hubdex search https://huggingface.co/openai/whisper-large-v3',
      'hubdex search qwen3 4b --explain',
      'hubdex search a model that describes pictures --semantic',
      'hubdex search --similar-to openai/whisper-large-v3 --filter language=de',
    ],
  })
    .argument('[words...]', 'words to find, or the address of a repo; optional')
    .option('--kind <kind>', 'model, dataset, space or collection; repeatable (the same as --filter kind=…)', collect)
    .option(
      '--filter <field=values>',
      'only repos with one of the comma-separated values; quote a value that has a comma. All fields given must match. ' +
        `Fields: ${FILTER_FIELDS.join(', ')}. Ranges: from..to with either end left out, for ${RANGE_FIELDS.join(', ')}`,
      collect,
    )
    .option(
      '--similar-to <id>',
      'instead of words, the repos most like this one: by base model, task, tags and size; owner/name, a hub id or an address',
    )
    .option(
      '--semantic [ratio]',
      'find repos by meaning, too, with the configured embedder: from 0 for words only to 1 for meaning only; after the words ' +
        `(default: HUBDEX_SEMANTIC_RATIO; without a number ${DEFAULT_RATIO})`,
      ratio,
    )
    .option('--sort <order>', `one of ${SEARCH_SORTS.join(', ')} (default: relevance with words, else trending)`)
    .option('--facet <field>', 'count the values of a field; repeatable, or comma-separated', collect)
    .option('--facet-limit <values>', 'values of each facet to show', wholeNumber(1, MAX_LIMIT), DEFAULT_FACET_LIMIT)
    .option('--limit <hits>', 'hits to show', wholeNumber(0, MAX_LIMIT), DEFAULT_LIMIT)
    .option('--offset <hits>', 'hits to skip', wholeNumber(0, MAX_OFFSET), 0)
    .option('--explain', 'explain the rank of each hit: which words matched where, at which cost, and its popularity', false)
    .action(run(async () => (await import('../actions/search.ts')).searchAction))
}

function ratio(text: string): number {
  const number = /^\d*\.?\d+$/.test(text.trim()) ? Number(text) : Number.NaN
  if (number <= 1) return number
  throw new InvalidArgumentError('Expected a number from 0 to 1, or nothing. Put the words of the search before --semantic.')
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value]
}
