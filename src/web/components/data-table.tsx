import { ArrowDown, ArrowUp } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

export interface Column<Row> {
  key: string
  label: ComponentChildren
  cell(row: Row, index: number): ComponentChildren
  /** The value to sort by; without it, the column is not sortable. */
  value?: (row: Row) => string | number | bigint | null | undefined
  isNumber?: boolean
}

interface DataTableProps<Row> {
  /** Names the table for screen readers. */
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf(row: Row, index: number): string | number
}

interface Order {
  key: string
  isDescending: boolean
}

/** A table that scrolls sideways where it is too wide. A click on a heading sorts it, a second one in reverse. */
export function DataTable<Row>({ label, columns, rows, keyOf }: DataTableProps<Row>) {
  const [order, setOrder] = useState<Order | undefined>()
  const sorted = sortedRows(rows, columns, order)
  const toggle = (column: Column<Row>) =>
    setOrder((now) => ({
      key: column.key,
      isDescending: now?.key === column.key ? !now.isDescending : column.isNumber === true,
    }))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: only what has the focus scrolls by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a section would need a heading
    <div class="table-scroll" role="region" aria-label={label} tabIndex={0}>
      <table class="table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                class={column.isNumber ? 'number' : undefined}
                aria-sort={sortOf(column.key, order)}
              >
                {column.value === undefined ? (
                  column.label
                ) : (
                  <button type="button" onClick={() => toggle(column)}>
                    {column.label}
                    <SortIcon order={order?.key === column.key ? order : undefined} />
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row, index) => (
            <tr key={keyOf(row, index)}>
              {columns.map((column) => (
                <td key={column.key} class={column.isNumber ? 'number' : undefined}>
                  {column.cell(row, index)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function SortIcon({ order }: { order: Order | undefined }) {
  if (order === undefined) return null
  const icon = order.isDescending ? ArrowDown : ArrowUp
  return <Icon icon={icon} size={13} />
}

function sortOf(key: string, order: Order | undefined): 'ascending' | 'descending' | undefined {
  if (order?.key !== key) return undefined
  return order.isDescending ? 'descending' : 'ascending'
}

function sortedRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order | undefined): readonly Row[] {
  const sortValueOf = columns.find(({ key }) => key === order?.key)?.value
  if (order === undefined || sortValueOf === undefined) return rows
  const direction = order.isDescending ? -1 : 1
  return rows.toSorted((left, right) => compareValues(sortValueOf(left), sortValueOf(right), direction))
}

type SortValue = string | number | bigint | null | undefined

/** Missing values come last in both directions. */
function compareValues(left: SortValue, right: SortValue, direction: number): number {
  if (left === right) return 0
  if (left === null || left === undefined) return 1
  if (right === null || right === undefined) return -1
  if (typeof left === 'string' || typeof right === 'string') return direction * String(left).localeCompare(String(right))
  return left < right ? -direction : direction
}
