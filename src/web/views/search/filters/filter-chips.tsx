import { RemovableChip } from '../../../components/removable-chip.tsx'
import { Link } from '../../../navigation/link.tsx'
import { shortened, UserText } from '../../../text/user-text.tsx'
import { FIELD_NAMES, valueName } from '../search-requests.ts'
import { hasFilters, type SearchState, searchPath, toggleValue, withoutFilters, withRange } from '../search-state.ts'
import { rangeText } from './ranges.ts'

/** The active filters, each with a button that removes it. */
export function FilterChips({ state, change }: { state: SearchState; change(state: SearchState): void }) {
  if (!hasFilters(state)) return null
  return (
    <ul class="chips" aria-label="Active filters">
      {[...state.filters].flatMap(([field, values]) =>
        values.map((value) => (
          <RemovableChip
            key={`${field}=${value}`}
            label={`Remove the filter ${FIELD_NAMES[field]}: ${value}`}
            remove={() => change(toggleValue(state, field, value))}
          >
            {FIELD_NAMES[field]}: <UserText>{shortened(valueName(field, value), 60)}</UserText>
          </RemovableChip>
        )),
      )}
      {[...state.ranges].map(([field, range]) => (
        <RemovableChip
          key={field}
          label={`Remove the filter ${FIELD_NAMES[field]}`}
          remove={() => change(withRange(state, field, undefined))}
        >
          {FIELD_NAMES[field]}: {rangeText(field, range)}
        </RemovableChip>
      ))}
      {state.filters.size + state.ranges.size > 1 && (
        <li>
          <Link to={searchPath(withoutFilters(state))} class="chip">
            Remove all
          </Link>
        </li>
      )}
    </ul>
  )
}
