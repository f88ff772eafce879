import type pg from 'pg'
import { columnType } from './column-types.ts'
import { changesOf, type ExportedView, orderOf } from './exported-view.ts'

/** A row as texts in the order of the columns; null for SQL's null. */
export type TextRow = readonly (string | null)[]

const ROWS_PER_FETCH = 500

/** Reads every value as the text that Postgres sends. */
const AS_TEXT = { getTypeParser: () => (value: string) => value }

/**
 * Reads the rows of a view in its order, in portions, through a cursor of the open transaction. Memory stays constant.
 *
 * @param since leaves out what has not changed since then, where rows carry a time of change
 */
export async function* readRows(
  client: pg.ClientBase,
  view: ExportedView,
  since: Date | undefined,
): AsyncGenerator<readonly TextRow[]> {
  await client.query(`declare exported_rows no scroll cursor for ${selectOf(view, since)}`)
  for (;;) {
    const { rows } = await client.query<(string | null)[]>({
      text: `fetch ${ROWS_PER_FETCH} from exported_rows`,
      rowMode: 'array',
      types: AS_TEXT as never,
    })
    if (rows.length > 0) yield rows
    if (rows.length < ROWS_PER_FETCH) break
  }
  await client.query('close exported_rows')
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
