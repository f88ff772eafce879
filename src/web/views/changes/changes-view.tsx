import { Rss } from 'lucide'
import { CATALOG_KINDS, type CatalogKind } from '../../../hub/kinds.ts'
import { EVENT_NAMES, type RepoEvent } from '../../components/event-text.tsx'
import { Icon } from '../../components/icon.tsx'
import { Menu } from '../../components/menu.tsx'
import { ViewHead } from '../../components/view-head.tsx'
import { addressOf, navigate, pageLocation } from '../../navigation/location.ts'
import { withQuery } from '../../navigation/paths.ts'
import { KIND_NAMES } from '../../text/kind-names.ts'
import '../../styles/changes.css'
import { type EventFilters, eventParameters, readEventFilters } from './event-filters.ts'
import { EventStream } from './event-stream.tsx'
import { FollowForm } from './follow-form.tsx'

const TYPES = Object.keys(EVENT_NAMES) as RepoEvent['event'][]

/** What changed on the Hub, newest first, with filters that are also feeds. */
export function ChangesView() {
  const filters = readEventFilters(pageLocation.value.query)
  const change = (next: EventFilters) => navigate(withQuery('/changes', eventParameters(next)))
  const parameters = eventParameters(filters)
  return (
    <>
      <ViewHead title="What changed" about="New, renamed and removed repos, and changes of license, gating and more.">
        <Menu
          label={
            <>
              <Icon icon={Rss} />
              Feed of this list
            </>
          }
        >
          <a class="menu-item" href={addressOf(withQuery('/feeds/events.atom', parameters))}>
            Atom
          </a>
          <a class="menu-item" href={addressOf(withQuery('/feeds/events.json', parameters))}>
            JSON Feed
          </a>
          <a
            class="menu-item"
            href={addressOf(withQuery('/api/v1/events', { ...parameters, format: 'csv', limit: 1_000 }))}
            download="events.csv"
          >
            The last 1,000 as CSV
          </a>
        </Menu>
      </ViewHead>
      <div class="change-filters">
        <Choices
          legend="Kinds"
          values={CATALOG_KINDS}
          names={(kind) => KIND_NAMES[kind].many}
          chosen={filters.kinds}
          set={(kinds) => change({ ...filters, kinds })}
        />
        <Choices
          legend="Changes"
          values={TYPES}
          names={(type) => EVENT_NAMES[type]}
          chosen={filters.types}
          set={(types) => change({ ...filters, types })}
        />
        <FollowForm filters={filters} change={change} />
      </div>
      <EventStream key={JSON.stringify(parameters)} filters={filters} />
    </>
  )
}

interface ChoicesProps<Value extends CatalogKind | RepoEvent['event']> {
  legend: string
  values: readonly Value[]
  names(value: Value): string
  chosen: readonly Value[]
  set(values: Value[]): void
}

/** Buttons of which none or several are pressed; none means all. */
function Choices<Value extends CatalogKind | RepoEvent['event']>({ legend, values, names, chosen, set }: ChoicesProps<Value>) {
  const toggle = (value: Value) =>
    set(values.filter((other) => (other === value ? !chosen.includes(value) : chosen.includes(other))))
  return (
    <fieldset class="choices">
      <legend class="only-read">{legend}</legend>
      {values.map((value) => (
        <button
          key={value}
          type="button"
          class="button is-small"
          aria-pressed={chosen.includes(value)}
          onClick={() => toggle(value)}
        >
          {names(value)}
        </button>
      ))}
    </fieldset>
  )
}
