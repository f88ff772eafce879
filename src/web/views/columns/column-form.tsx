import { Plus, X } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../components/icon.tsx'
import { MAX_COLUMNS, type WantedColumn } from './wanted-columns.ts'

const TYPES = ['text', 'integer', 'float', 'boolean', 'time', 'binary']
const NESTINGS = [
  ['none', 'not nested'],
  ['list', 'in a list'],
  ['struct', 'in a struct'],
  ['list.struct', 'in a list of structs'],
  ['map', 'in a map'],
] as const

const EMPTY: WantedColumn = { name: '', type: '', nesting: '' }

/** A row per column. The list below follows each change. */
export function ColumnForm({
  columns,
  change,
}: {
  columns: readonly WantedColumn[]
  change(columns: readonly WantedColumn[]): void
}) {
  const [rows, setRows] = useState<readonly WantedColumn[]>(columns.length === 0 ? [EMPTY] : columns)
  const written = JSON.stringify(columns)
  // The back button changes the columns; what was typed but not yet asked stays otherwise.
  useEffect(() => {
    if (JSON.stringify(named(rows)) !== written) setRows(columns.length === 0 ? [EMPTY] : columns)
  }, [written])
  const set = (next: readonly WantedColumn[]) => {
    setRows(next.length === 0 ? [EMPTY] : next)
    change(named(next))
  }
  const update = (index: number, values: Partial<WantedColumn>) =>
    set(rows.map((row, place) => (place === index ? { ...row, ...values } : row)))
  return (
    <form class="column-form" onSubmit={(event) => event.preventDefault()} aria-label="Columns">
      {rows.map((row, index) => (
        <div key={index} class="column-row">
          <input
            class="field mono"
            aria-label={`Name of column ${index + 1}`}
            placeholder="column"
            autocapitalize="off"
            spellcheck={false}
            maxLength={300}
            value={row.name}
            onInput={(event) => update(index, { name: event.currentTarget.value })}
          />
          <select
            class="field"
            aria-label={`Type of column ${index + 1}`}
            value={row.type}
            onChange={(event) => update(index, { type: event.currentTarget.value })}
          >
            <option value="">any type</option>
            {TYPES.map((type) => (
              <option key={type} value={type}>
                {type}
              </option>
            ))}
          </select>
          <select
            class="field"
            aria-label={`Nesting of column ${index + 1}`}
            value={row.nesting}
            onChange={(event) => update(index, { nesting: event.currentTarget.value })}
          >
            <option value="">nested or not</option>
            {NESTINGS.map(([nesting, label]) => (
              <option key={nesting} value={nesting}>
                {label}
              </option>
            ))}
          </select>
          <button
            type="button"
            class="button is-plain is-icon"
            aria-label={`Remove column ${index + 1}`}
            disabled={rows.length === 1 && row.name === ''}
            onClick={() => set(rows.filter((_, place) => place !== index))}
          >
            <Icon icon={X} />
          </button>
        </div>
      ))}
      <div>
        <button
          type="button"
          class="button is-small"
          disabled={rows.length >= MAX_COLUMNS}
          onClick={() => setRows([...rows, EMPTY])}
        >
          <Icon icon={Plus} size={15} />
          Another column
        </button>
      </div>
    </form>
  )
}

function named(rows: readonly WantedColumn[]): WantedColumn[] {
  return rows.filter(({ name }) => name.trim() !== '')
}
