import { DataTable } from '../../../components/data-table.tsx'
import { KindLabel } from '../../../components/kind-label.tsx'
import { HitName } from './hit-card.tsx'
import { HIT_COLUMNS, type Hit } from './hit-columns.tsx'

interface HitTableProps {
  hits: readonly Hit[]
  words: string
  /** Keys of columns, shown in the order of all columns. */
  columns: readonly string[]
}

/** Hits as a table, in the order of the search. */
export function HitTable({ hits, words, columns }: HitTableProps) {
  return (
    <DataTable
      label="Repos found"
      rows={hits}
      keyOf={({ hubId }) => hubId}
      columns={[
        { key: 'kind', label: 'Kind', cell: ({ kind }) => <KindLabel kind={kind} isShort /> },
        { key: 'id', label: 'Name', cell: (hit) => <HitName hit={hit} words={words} /> },
        ...HIT_COLUMNS.filter(({ key }) => columns.includes(key)),
      ]}
    />
  )
}
