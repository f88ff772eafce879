import { counted } from '../../../../output/format.ts'
import type { Pages } from '../../../api/use-pages.ts'
import { MoreButton } from '../../../components/more-button.tsx'
import { MAX_EXPORTED, PAGE_SIZE } from '../search-requests.ts'
import type { SearchState } from '../search-state.ts'
import { HitCard } from './hit-card.tsx'
import type { Hit, SearchAnswer } from './hit-columns.tsx'
import { HitTable } from './hit-table.tsx'

/** The hits, page after page. */
export function HitList({ pages, state }: { pages: Pages<SearchAnswer>; state: SearchState }) {
  const hits = uniqueHits(pages.all)
  return (
    <>
      {state.view === 'table' ? (
        <HitTable hits={hits} words={state.words} columns={state.columns} />
      ) : (
        <ol class="hits" aria-label="Repos found">
          {hits.map((hit) => (
            <li key={hit.hubId}>
              <HitCard hit={hit} words={state.words} />
            </li>
          ))}
        </ol>
      )}
      {hits.length < MAX_EXPORTED ? (
        <MoreButton pages={pages} label={`Show ${PAGE_SIZE} more`} />
      ) : (
        <p class="hits-more soft">
          These are the first {counted(hits.length, 'repo')}. Narrow the search with filters to see others, or open it as SQL.
        </p>
      )}
    </>
  )
}

/** A repo whose counters changed between two pages may be on both. */
function uniqueHits(pages: readonly SearchAnswer[]): Hit[] {
  return [...new Map(pages.flatMap(({ hits }) => hits).map((hit) => [hit.hubId, hit])).values()]
}
