import { type Command, InvalidArgumentError } from 'commander'
import { checkedQuery } from '../search/checked-query.ts'
import { InvalidSearch } from '../search/invalid-search.ts'
import type { SearchQuery } from '../search/search-engine.ts'
import { FILTER_FIELDS, type FilterField, SEARCH_SORTS, type SearchSort } from '../search/search-names.ts'
import { openExistingCatalog } from './catalog.ts'
import { defineCommand, type Run, UsageError } from './command.ts'
import { toJson } from './output/json.ts'
import { searchReport, searchTables } from './search-report.ts'

interface SearchFlags {
  kind?: string[]
  filter?: string[]
  sort?: SearchSort
  facet?: string[]
  limit: number
  offset: number
}

/** `hubdex search`: words, filters and facets over the catalogue. */
export function searchCommand(run: Run): Command {
  return defineCommand({
    name: 'search',
    summary: 'Search the catalogue by words, filters and facets',
    description:
      'Finds repos by words in id, author, tags and description. Every word must match; the last one also as a ' +
      'beginning, and one typo is forgiven in words of five letters or more. Without words it lists by trending score.',
    examples: [
      'hubdex search bert sentiment',
      'hubdex search --kind model --filter task=text-generation --filter license=mit,apache-2.0 --sort downloads',
      'hubdex search whisper --facet language --facet license --json',
    ],
  })
    .argument('[words...]', 'words to find; optional')
    .option('--kind <kind>', 'model, dataset or space; repeatable (the same as --filter kind=…)', collect)
    .option(
      '--filter <field=values>',
      `only repos with one of the values, comma-separated; repeatable, all must hold. Fields: ${FILTER_FIELDS.join(', ')}`,
      collect,
    )
    .option('--sort <order>', `one of ${SEARCH_SORTS.join(', ')} (default: relevance with words, else trending)`)
    .option('--facet <field>', 'count the values of a field; repeatable, or comma-separated', collect)
    .option('--limit <hits>', 'hits to show', wholeNumber, 20)
    .option('--offset <hits>', 'hits to skip', wholeNumber, 0)
    .action(
      run<SearchFlags>(async (context, flags, words) => {
        const query = queryOf(flags, words)
        refuseUnknownNames(query)
        await using catalog = await openExistingCatalog(context)
        const result = await catalog.search.search(query)
        context.print(
          context.json ? toJson(searchReport(query, result), 2) : searchTables(query, result, context.width),
        )
        return 0
      }),
    )
}

function queryOf(flags: SearchFlags, words: readonly string[]): SearchQuery {
  return {
    words: words.join(' '),
    filters: filtersOf(flags),
    ...(flags.sort === undefined ? {} : { sort: flags.sort }),
    facets: (flags.facet ?? []).flatMap((text) => text.split(',')) as FilterField[],
    limit: flags.limit,
    offset: flags.offset,
  }
}

/** Repeats of a field add alternatives. */
function filtersOf({ kind = [], filter = [] }: SearchFlags): Partial<Record<FilterField, string[]>> {
  const filters: Partial<Record<FilterField, string[]>> = {}
  for (const text of [...filter, ...kind.map((value) => `kind=${value}`)]) {
    const [field, ...rest] = text.split('=')
    const values = rest
      .join('=')
      .split(',')
      .filter((value) => value !== '')
    if (field === undefined || field === '' || values.length === 0) {
      throw new UsageError(`Expected --filter field=value, such as --filter task=text-generation; got "${text}".`)
    }
    const name = field as FilterField
    filters[name] = [...(filters[name] ?? []), ...values]
  }
  return filters
}

/** Before the catalogue is opened, which takes a moment. */
function refuseUnknownNames(query: SearchQuery): void {
  try {
    checkedQuery(query)
  } catch (error) {
    if (error instanceof InvalidSearch) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value]
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number >= 0) return number
  throw new InvalidArgumentError('Expected a whole number of at least 0.')
}
