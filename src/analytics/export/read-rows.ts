import type pg from 'pg'
import { columnType } from './column-types.ts'
import { changesOf, type ExportedView, orderOf } from './exported-view.ts'

/** A row as texts in the order of the columns; null for SQL's null. */
export type TextRow = readonly (string | null)[]

const MOST_ROWS_PER_FETCH = 500
/** The first portion is small, because the size of the rows is not known yet. */
const FIRST_ROWS_PER_FETCH = 10
/** Characters that a portion is to have. Rows can have megabytes, such as those with READMEs. */
const CHARACTERS_PER_FETCH = 500_000

/** Reads every value as the text that Postgres sends. */
const AS_TEXT = { getTypeParser: () => (value: string) => value }

/**
 * Reads the rows of a view in its order, in portions, through a cursor of the open transaction. Memory stays constant: the
 * longer the rows of a portion are, the fewer the next one has.
 *
 * @param since leaves out what has not changed since then, where rows carry a time of change
 */
export async function* readRows(
  client: pg.ClientBase,
  view: ExportedView,
  since: Date | undefined,
): AsyncGenerator<readonly TextRow[]> {
  await client.query(`declare exported_rows no scroll cursor for ${selectOf(view, since)}`)
  let rowsPerFetch = FIRST_ROWS_PER_FETCH
  for (;;) {
    const { rows } = await client.query<(string | null)[]>({
      text: `fetch ${rowsPerFetch} from exported_rows`,
      rowMode: 'array',
      types: AS_TEXT as never,
    })
    if (rows.length > 0) yield rows
    if (rows.length < rowsPerFetch) break
    const fitting = Math.floor((rows.length * CHARACTERS_PER_FETCH) / charactersOf(rows))
    rowsPerFetch = Math.max(1, Math.min(fitting, 4 * rowsPerFetch, MOST_ROWS_PER_FETCH))
  }
  await client.query('close exported_rows')
}

function charactersOf(rows: readonly TextRow[]): number {
  return rows.reduce((all, row) => row.reduce((sum, value) => sum + (value?.length ?? 1), all), 0)
}

/** Text is ordered by its bytes, as Parquet compares it. A cursor takes no parameters, so the time is written into the text. */
function selectOf(view: ExportedView, since: Date | undefined): string {
  const columns = view.columns.map(({ name, type }) => columnType(type).select(quoted(name))).join(', ')
  const changes = since === undefined ? undefined : changesOf(view)
  const where = changes === undefined ? '' : ` where ${changes.replaceAll('$1', `'${since?.toISOString()}'`)}`
  const types = new Map(view.columns.map(({ name, type }) => [name, type]))
  const order = orderOf(view).map((name) => `${quoted(name)}${types.get(name) === 'text' ? ' collate "C"' : ''}`)
  return `select ${columns} from public.${quoted(view.name)}${where}${order.length > 0 ? ` order by ${order.join(', ')}` : ''}`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
