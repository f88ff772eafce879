import { z } from 'zod'
import { queryAnswer, sqlRoute } from '../../server/api/sql.ts'
import { wholeNumber } from '../../server/api/values.ts'
import { defineTool, shortJson } from './tool.ts'

const MAX_ROWS = 500
/** Of a JSON value. */
const CELL_CHARACTERS = 2_000

export const runSql = defineTool({
  name: 'run_sql',
  title: 'Run SQL',
  description:
    'Run one read-only SELECT in the dialect of Postgres over the views of the catalog, such as models, datasets, spaces, ' +
    'repos, lineage and repo_events. `list_views` lists them with their columns. There is no cursor: aggregate, or use ' +
    '`order by` with `limit` and `offset`.',
  input: z.strictObject({
    sql: z.string().meta({ description: 'The statement.', example: 'select license, count(*) from models group by 1' }),
    maxRows: wholeNumber(1, MAX_ROWS).prefault(100),
    timeoutMs: wholeNumber(1, 3_600_000).optional().meta({ description: 'At most the limit of the server.' }),
  }),
  longestText: CELL_CHARACTERS,
  data: queryAnswer.pick({ columns: true, rows: true, tookMs: true }),
  open: ({ sql, maxRows, timeoutMs }, call) => {
    let answer: Promise<z.output<typeof queryAnswer>> | undefined
    return {
      limit: maxRows,
      getPage: async (size) => {
        answer ??= call(sqlRoute, { body: { sql, maxRows, ...(timeoutMs !== undefined && { timeoutMs }) } })
        const { rows, truncatedBy, ...data } = await answer
        const part = rows.slice(0, size).map((row) => row.map((cell) => shortJson(cell, CELL_CHARACTERS)))
        const more = `The query has more than these ${rows.length} rows.`
        return {
          data: { ...data, rows: part },
          size: part.length,
          nextCursor: null,
          truncated: truncatedBy === null ? [] : [more],
        }
      },
    }
  },
})
