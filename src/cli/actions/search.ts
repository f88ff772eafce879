import { InvalidAddress } from '../../hub/repos/repo-address.ts'
import { endpointsOf, searchCatalog } from '../../search/catalog-search.ts'
import type { CheckedQuery } from '../../search/checked-query.ts'
import { unknownText } from '../../search/read-search.ts'
import { resolveFilters } from '../../search/resolve-filters.ts'
import { searchReport } from '../../search/search-report.ts'
import { openExistingCatalog } from '../../service/open/catalog.ts'
import { type CommandContext, UsageError } from '../command.ts'
import { checkedFlags, type SearchFlags } from '../input/search-flags.ts'
import { DEFAULT_RATIO } from '../input/search-ratio.ts'
import { searchTables } from '../reports/search.ts'
import { answerSimilar } from './similar.ts'

/** `hubdex search`: words, filters and facets over the catalog. */
export async function searchAction(context: CommandContext, flags: SearchFlags, words: readonly string[]): Promise<number> {
  const checked = checkedFlags(flags, words)
  await using catalog = await openExistingCatalog(context)
  if (flags.similarTo !== undefined) {
    const { filters, unknown } = await resolveFilters(catalog.search, checked.filters)
    for (const value of unknown) context.log(unknownText(value))
    const resolved = new Map(Object.entries(filters)) as CheckedQuery['filters']
    return await answerSimilar(context, catalog, flags.similarTo, { ...checked, filters: resolved })
  }
  const endpoints = await endpointsOf(catalog.reads.db, context.settings.endpoint)
  const found = await searchCatalog({ ...catalog, db: catalog.reads.db }, checked, endpoints, ratioOf(flags, context)).catch(
    (error: unknown) => {
      throw error instanceof InvalidAddress ? new UsageError(error.message, { cause: error }) : error
    },
  )
  const { query, result, unknown, missing, semantic } = found
  for (const value of unknown) context.log(unknownText(value))
  if (missing !== undefined) {
    context.log(`The search index has no ${missing.kind} named ${missing.id}; searching for the words of the name.`)
  }
  if (semantic?.isUsed === false) context.log(`Searched by words only. ${semantic.reason.text}`)
  if (flags.explain && result.explanations === undefined) context.log(NOT_EXPLAINED)
  context.answer(searchReport(query, result, semantic), () => searchTables(query, result, context.width))
  return 0
}

function ratioOf({ semantic }: SearchFlags, { settings }: CommandContext): number {
  return semantic === true ? DEFAULT_RATIO : (semantic ?? settings.semanticRatio)
}

const NOT_EXPLAINED =
  'Ranks are not explained: Meilisearch ranks by rules without a cost, and the address of a repo finds that repo only.'
