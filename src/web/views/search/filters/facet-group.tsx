import { useId, useState } from 'preact/hooks'
import type { FilterField } from '../../../../search/search-fields.ts'
import type { facetRoute } from '../../../../server/api/facets.ts'
import type { AnswerOf } from '../../../../server/api/route.ts'
import { formatNumber } from '../../../../util/format-number.ts'
import { useDebounced } from '../../../api/use-debounced.ts'
import { useResource } from '../../../api/use-resource.ts'
import { shortened, UserText } from '../../../text/user-text.tsx'
import type { SearchAnswer } from '../hits/hit-columns.tsx'
import { FIELD_NAMES, facetValuesRequest, valueName } from '../search-requests.ts'
import { type SearchState, toggleValue } from '../search-state.ts'

interface FacetGroupProps {
  field: FilterField
  isOpen: boolean
  state: SearchState
  counts: SearchAnswer
  change(state: SearchState): void
}

interface FacetValue {
  value: string
  /** Undefined for a chosen value that is not among the most frequent ones. */
  count: number | undefined
}

/** The values of a field as checkboxes, chosen ones first. Any of them may match. */
export function FacetGroup({ field, isOpen, state, counts, change }: FacetGroupProps) {
  const [isSearched, setIsSearched] = useState(false)
  const chosen = state.filters.get(field) ?? []
  const values = topValues(counts.facets[field] ?? {})
  if (values.length === 0 && chosen.length === 0) return null
  const toggle = (value: string) => change(toggleValue(state, field, value))
  return (
    <details class="facet" open={isOpen || chosen.length > 0}>
      <summary>
        {FIELD_NAMES[field]}
        {chosen.length > 0 && <span class="badge">{chosen.length}</span>}
      </summary>
      {isSearched ? (
        <FacetSearch field={field} state={state} chosen={chosen} toggle={toggle} close={() => setIsSearched(false)} />
      ) : (
        <>
          <ValueList field={field} state={state} values={withChosen(values, chosen)} chosen={chosen} toggle={toggle} />
          {counts.truncatedFacets.includes(field) && (
            <button type="button" class="facet-more" onClick={() => setIsSearched(true)}>
              More <span class="only-read">values of {FIELD_NAMES[field]}</span>
            </button>
          )}
        </>
      )}
    </details>
  )
}

interface FacetSearchProps {
  field: FilterField
  state: SearchState
  chosen: readonly string[]
  toggle(value: string): void
  close(): void
}

/** All values of a long facet, with a search in them. */
function FacetSearch({ field, state, chosen, toggle, close }: FacetSearchProps) {
  const [text, setText] = useState('')
  const contains = useDebounced(text, 120)
  const { data, error } = useResource<AnswerOf<typeof facetRoute>>(facetValuesRequest(state, field, contains))
  const values = data?.values ?? []
  return (
    <>
      <input
        ref={focusOnce}
        type="search"
        class="field is-small"
        aria-label={`Search values of ${FIELD_NAMES[field]}`}
        placeholder="Search values"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div class="facet-scroll">
        <ValueList
          field={field}
          state={state}
          values={text === '' ? withChosen(values, chosen) : values}
          chosen={chosen}
          toggle={toggle}
        />
      </div>
      <p class="soft small" aria-live="polite">
        {error?.message ??
          (data === undefined
            ? ''
            : values.length === 0
              ? 'No such value.'
              : data.hasMore
                ? 'There are more: type a part of the value.'
                : '')}
      </p>
      <button type="button" class="facet-more" onClick={close}>
        Fewer <span class="only-read">values of {FIELD_NAMES[field]}</span>
      </button>
    </>
  )
}

function focusOnce(input: HTMLInputElement | null): void {
  if (input === null || input.dataset['seen'] !== undefined) return
  input.dataset['seen'] = ''
  input.focus()
}

interface ValueListProps {
  field: FilterField
  state: SearchState
  values: readonly FacetValue[]
  chosen: readonly string[]
  toggle(value: string): void
}

function ValueList({ field, state, values, chosen, toggle }: ValueListProps) {
  const prefix = useId()
  return (
    <ul aria-label={FIELD_NAMES[field]}>
      {values.map(({ value, count }, index) => (
        <li key={value}>
          <label class="facet-value" for={`${prefix}-${index}`}>
            <input id={`${prefix}-${index}`} type="checkbox" checked={chosen.includes(value)} onChange={() => toggle(value)} />
            <span class="one-line" title={value.length > 28 ? shortened(value, 300) : undefined}>
              <UserText>{valueName(field, value)}</UserText>
            </span>
            <span class="number soft">
              {count === undefined ? <RareCount field={field} state={state} value={value} /> : formatNumber(count)}
            </span>
          </label>
        </li>
      ))}
    </ul>
  )
}

/** The count of a chosen value that is not among the most frequent ones. */
function RareCount({ field, state, value }: { field: FilterField; state: SearchState; value: string }) {
  const { data } = useResource<AnswerOf<typeof facetRoute>>(facetValuesRequest(state, field, value))
  if (data === undefined) return null
  return <>{formatNumber(data.values.find((known) => known.value === value)?.count ?? 0)}</>
}

function topValues(counts: Readonly<Record<string, number>>): FacetValue[] {
  return Object.entries(counts)
    .map(([value, count]) => ({ value, count }))
    .toSorted((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1))
}

/** Chosen values stay visible though they are not among the most frequent ones. */
function withChosen(values: readonly FacetValue[], chosen: readonly string[]): FacetValue[] {
  const missing = chosen.filter((value) => !values.some((other) => other.value === value))
  return [...missing.map((value) => ({ value, count: undefined })), ...values]
}
