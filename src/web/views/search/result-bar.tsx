import { Columns3, List, Table } from 'lucide'
import type { ComponentChildren } from 'preact'
import { counted } from '../../../output/format.ts'
import { SEARCH_SORTS } from '../../../search/search-fields.ts'
import { Icon } from '../../components/icon.tsx'
import { Menu } from '../../components/menu.tsx'
import { nounOf } from '../../text/kind-names.ts'
import { tookText } from '../../text/numbers.ts'
import { ExportMenu } from './export/export-menu.tsx'
import { HIT_COLUMNS, type SearchAnswer } from './hits/hit-columns.tsx'
import type { SearchState } from './search-state.ts'

const SORT_NAMES: Readonly<Record<(typeof SEARCH_SORTS)[number], string>> = {
  relevance: 'Best match',
  trending: 'Trending',
  downloads: 'Most downloads',
  likes: 'Most likes',
  created: 'Newest',
  modified: 'Last changed',
  parameters: 'Most parameters',
}

interface ResultBarProps {
  state: SearchState
  answer: SearchAnswer | undefined
  change(state: SearchState): void
  /** A button before the others. */
  children?: ComponentChildren
}

/** How many repos were found, their order, and how they are shown. */
export function ResultBar({ state, answer, change, children }: ResultBarProps) {
  const byDefault = state.words.trim() === '' ? 'trending' : 'relevance'
  return (
    <div class="result-bar">
      <p class="result-count" role="status">
        {answer === undefined ? (
          ' '
        ) : (
          <>
            <strong>{totalText(answer.total, state)}</strong> <span class="soft small">in {tookText(answer.tookMs)}</span>
          </>
        )}
      </p>
      <div class="buttons">
        {children}
        <select
          class="field"
          aria-label="Sort by"
          value={state.sort ?? byDefault}
          onChange={(event) => {
            const sort = SEARCH_SORTS.find((name) => name === event.currentTarget.value)
            change({ ...state, sort: sort === byDefault ? undefined : sort })
          }}
        >
          {SEARCH_SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {SORT_NAMES[sort]}
            </option>
          ))}
        </select>
        <fieldset class="segments" aria-label="View">
          <ViewButton state={state} view="list" change={change} />
          <ViewButton state={state} view="table" change={change} />
        </fieldset>
        {state.view === 'table' && <ColumnMenu state={state} change={change} />}
        <ExportMenu state={state} total={answer?.total ?? 0} />
      </div>
    </div>
  )
}

/** Results of all kinds have no better name: collections are no repos. */
function totalText(total: number, { kind }: SearchState): string {
  return counted(total, kind === undefined ? 'result' : nounOf(kind))
}

function ViewButton({ state, view, change }: Omit<ResultBarProps, 'answer'> & { view: SearchState['view'] }) {
  const icon = view === 'list' ? List : Table
  return (
    <button
      type="button"
      class="button is-icon"
      aria-pressed={state.view === view}
      aria-label={view === 'list' ? 'As a list' : 'As a table'}
      title={view === 'list' ? 'As a list' : 'As a table'}
      onClick={() => change({ ...state, view })}
    >
      <Icon icon={icon} size={17} />
    </button>
  )
}

function ColumnMenu({ state, change }: Omit<ResultBarProps, 'answer'>) {
  const toggle = (key: string) => {
    const columns = state.columns.includes(key) ? state.columns.filter((other) => other !== key) : [...state.columns, key]
    if (columns.length > 0)
      change({ ...state, columns: HIT_COLUMNS.map((column) => column.key).filter((known) => columns.includes(known)) })
  }
  return (
    <Menu name="Columns" className="button is-icon" label={<Icon icon={Columns3} size={17} />}>
      {HIT_COLUMNS.map(({ key, label }) => (
        <label key={key} class="menu-item">
          <input type="checkbox" checked={state.columns.includes(key)} onChange={() => toggle(key)} />
          {label}
        </label>
      ))}
    </Menu>
  )
}
