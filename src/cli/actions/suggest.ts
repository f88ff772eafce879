import type { CatalogKind } from '../../hub/kinds.ts'
import { checkedQuery } from '../../search/checked-query.ts'
import { InvalidSearch } from '../../search/invalid-search.ts'
import { suggest } from '../../search/suggest/suggest.ts'
import { suggestReport } from '../../search/suggest/suggest-report.ts'
import { openExistingCatalog } from '../../service/open/catalog.ts'
import { type CommandContext, UsageError } from '../command.ts'
import { suggestTable } from '../reports/suggest.ts'

interface SuggestFlags {
  kind?: string
  limit: number
}

/** `hubdex suggest`: what a beginning may become. */
export async function suggestAction(context: CommandContext, flags: SuggestFlags, words: readonly string[]): Promise<number> {
  const query = { prefix: words.join(' '), kind: kindOf(flags.kind), limit: flags.limit }
  await using catalog = await openExistingCatalog(context)
  const startedAt = performance.now()
  const suggestions = await suggest(catalog.search, query)
  const tookMs = performance.now() - startedAt
  context.answer(suggestReport(query, suggestions, tookMs), () => suggestTable(suggestions, { tookMs, width: context.width }))
  return 0
}

/** In any letter case, and also in the plural. */
function kindOf(given: string | undefined): CatalogKind | undefined {
  if (given === undefined) return undefined
  try {
    return checkedQuery({ filters: { kind: [given] } }).filters.get('kind')?.[0] as CatalogKind
  } catch (error) {
    if (error instanceof InvalidSearch) throw new UsageError(error.message, { cause: error })
    throw error
  }
}
