import { X } from 'lucide'
import type { ComponentChildren } from 'preact'
import { Icon } from '../../../components/icon.tsx'
import { Link } from '../../../navigation/link.tsx'
import { shortened, UserText } from '../../../text/user-text.tsx'
import { FIELD_NAMES, valueName } from '../search-requests.ts'
import { hasFilters, type SearchState, searchPath, toggleValue, withoutFilters, withRange } from '../search-state.ts'
import { rangeText } from './range-group.tsx'

/** The active filters, each with a button that removes it. */
export function FilterChips({ state, change }: { state: SearchState; change(state: SearchState): void }) {
  if (!hasFilters(state)) return null
  return (
    <ul class="chips" aria-label="Active filters">
      {[...state.filters].flatMap(([field, values]) =>
        values.map((value) => (
          <Chip
            key={`${field}=${value}`}
            name={`${FIELD_NAMES[field]}: ${value}`}
            remove={() => change(toggleValue(state, field, value))}
          >
            {FIELD_NAMES[field]}: <UserText>{shortened(valueName(field, value), 60)}</UserText>
          </Chip>
        )),
      )}
      {[...state.ranges].map(([field, range]) => (
        <Chip key={field} name={FIELD_NAMES[field]} remove={() => change(withRange(state, field, undefined))}>
          {FIELD_NAMES[field]}: {rangeText(field, range)}
        </Chip>
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

function Chip({ name, remove, children }: { name: string; remove(): void; children: ComponentChildren }) {
  return (
    <li class="chip is-filter">
      <span class="one-line">{children}</span>
      <button type="button" aria-label={`Remove the filter ${shortened(name, 100)}`} onClick={remove}>
        <Icon icon={X} size={14} />
      </button>
    </li>
  )
}
