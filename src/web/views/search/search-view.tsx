import { SlidersHorizontal } from 'lucide'
import { useState } from 'preact/hooks'
import { CATALOG_KINDS } from '../../../hub/kinds.ts'
import { formatNumber } from '../../../util/format-number.ts'
import { useDebounced } from '../../api/use-debounced.ts'
import { usePages } from '../../api/use-pages.ts'
import { useResource } from '../../api/use-resource.ts'
import { Dialog } from '../../components/dialog.tsx'
import { Icon } from '../../components/icon.tsx'
import { KindLabel } from '../../components/kind-label.tsx'
import { ErrorMessage, Loading } from '../../components/message.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { useWindowTitle } from '../../components/view-head.tsx'
import { navigate, pageLocation } from '../../navigation/location.ts'
import { repoPath } from '../../navigation/paths.ts'
import { FacetPanel } from './filters/facet-panel.tsx'
import { FilterChips } from './filters/filter-chips.tsx'
import type { SearchAnswer } from './hits/hit-columns.tsx'
import { HitList } from './hits/hit-list.tsx'
import { NothingFound } from './nothing-found.tsx'
import { ResultBar } from './result-bar.tsx'
import { ResultNotes } from './result-notes.tsx'
import { SearchBox } from './search-box.tsx'
import { countsRequest, hitsRequest } from './search-requests.ts'
import { readSearchState, type SearchState, searchPath, toggleValue } from './search-state.ts'
import type { Suggestion } from './suggestions.tsx'

/** The search: words, kinds, filters and hits. Its address holds all of its state. */
export function SearchView() {
  const state = readSearchState(pageLocation.value.query)
  useWindowTitle(state.words.trim() === '' ? '' : state.words.trim())
  const debounced = useDebounced(state, 40, hitsRequest(state))
  const pages = usePages<SearchAnswer>((cursor) => hitsRequest(debounced, cursor))
  const hits = pages.first
  const counts = useResource<SearchAnswer>(useDebounced(countsRequest(state), 150))
  const change = (next: SearchState) => navigate(searchPath(next))
  // The results say what is wrong.
  const panel = counts.error === undefined && <FacetPanel state={state} counts={counts.data} change={change} />
  return (
    <>
      <h1 class="only-read">Search</h1>
      <SearchBox
        words={state.words}
        onType={(words) => navigate(searchPath({ ...state, words }), { topic: 'words' })}
        onSubmit={(words) => change({ ...state, words })}
        onPick={(suggestion) => pick(suggestion, state)}
      />
      <KindTabs state={state} counts={counts.data} />
      <div class="search-columns">
        <aside class="filters" aria-label="Filters">
          {panel}
        </aside>
        <section class="results" aria-label="Results" aria-busy={hits.isLoading}>
          <ResultBar state={state} answer={hits.data} change={change}>
            <FilterDialogButton state={state}>{panel}</FilterDialogButton>
          </ResultBar>
          <FilterChips state={state} change={change} />
          {hits.data !== undefined && <ResultNotes answer={hits.data} state={state} change={change} />}
          {hits.error !== undefined && (
            <ErrorMessage error={hits.error} retry={hits.reload} isInline={hits.data !== undefined} />
          )}
          {hits.data === undefined && hits.error === undefined && <Loading what="repos" rows={6} />}
          {hits.data !== undefined && (
            <div class={hits.isLoading || hits.error !== undefined ? 'is-stale' : undefined}>
              {hits.data.total === 0 ? (
                <NothingFound state={state} answer={hits.data} />
              ) : (
                <HitList pages={pages} state={state} />
              )}
            </div>
          )}
        </section>
      </div>
    </>
  )
}

/** A repo is opened; any other suggestion becomes a filter in place of the words. */
function pick(suggestion: Suggestion, state: SearchState): void {
  if (suggestion.type === 'repo') {
    navigate(repoPath({ kind: suggestion.kind, id: suggestion.value }))
    return
  }
  const { type, value } = suggestion
  const isChosen = state.filters.get(type)?.includes(value) === true
  navigate(searchPath({ ...(isChosen ? state : toggleValue(state, type, value)), words: '' }))
}

function KindTabs({ state, counts }: { state: SearchState; counts: SearchAnswer | undefined }) {
  const byKind = counts?.facets.kind ?? {}
  const all = Object.values(byKind).reduce((sum, count) => sum + count, 0)
  const shown = (count: number) => (counts === undefined ? undefined : formatNumber(count))
  return (
    <Tabs
      label="Kinds"
      current={state.kind ?? 'all'}
      tabs={[
        { key: 'all', label: 'All', to: searchPath({ ...state, kind: undefined }), count: shown(all) },
        ...CATALOG_KINDS.map((kind) => ({
          key: kind,
          label: <KindLabel kind={kind} isPlural />,
          to: searchPath({ ...state, kind }),
          count: shown(byKind[kind] ?? 0),
        })),
      ]}
    />
  )
}

/** On a narrow screen the filters are in a dialog. */
function FilterDialogButton({ state, children }: { state: SearchState; children: preact.ComponentChildren }) {
  const [isOpen, setIsOpen] = useState(false)
  const count = [...state.filters.values()].reduce((sum, values) => sum + values.length, state.ranges.size)
  return (
    <>
      <button type="button" class="button filters-open" aria-haspopup="dialog" onClick={() => setIsOpen(true)}>
        <Icon icon={SlidersHorizontal} size={17} />
        Filters{count > 0 && ` (${count})`}
      </button>
      {isOpen && (
        <Dialog title="Filters" className="filters" onClose={() => setIsOpen(false)}>
          {children}
          <div class="filters-done">
            <button type="button" class="button is-main" onClick={() => setIsOpen(false)}>
              Show results
            </button>
          </div>
        </Dialog>
      )}
    </>
  )
}
