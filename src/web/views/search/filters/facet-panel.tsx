import { RANGE_FIELDS } from '../../../../search/search-fields.ts'
import { Loading } from '../../../components/message.tsx'
import type { SearchAnswer } from '../hits/hit-columns.tsx'
import { PANEL_FACETS } from '../search-requests.ts'
import type { SearchState } from '../search-state.ts'
import { FacetGroup } from './facet-group.tsx'
import { RangeGroup } from './range-group.tsx'

interface FacetPanelProps {
  state: SearchState
  counts: SearchAnswer | undefined
  change(state: SearchState): void
}

/** Facets that are open from the beginning; the others open when they have a filter. */
const OPEN: readonly string[] = ['task', 'license', 'parameters', 'library']

/** All filters. Fields that no found repo has are left out. */
export function FacetPanel({ state, counts, change }: FacetPanelProps) {
  if (counts === undefined) return <Loading what="filters" rows={3} />
  const [first = [], rest = []] = [PANEL_FACETS.slice(0, 3), PANEL_FACETS.slice(3)]
  const facet = (field: (typeof PANEL_FACETS)[number]) => (
    <FacetGroup key={field} field={field} isOpen={OPEN.includes(field)} state={state} counts={counts} change={change} />
  )
  const range = (field: (typeof RANGE_FIELDS)[number]) => (
    <RangeGroup
      key={field}
      field={field}
      isOpen={OPEN.includes(field)}
      state={state}
      buckets={counts.histograms?.[field] ?? []}
      isEstimate={counts.histogramSample !== undefined}
      change={change}
    />
  )
  const [parameters, ...ranges] = RANGE_FIELDS
  return (
    <>
      {first.map(facet)}
      {range(parameters)}
      {rest.map(facet)}
      {ranges.map(range)}
    </>
  )
}
