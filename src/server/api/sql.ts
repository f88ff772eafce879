import { z } from 'zod'
import type { ApiRoute } from './route.ts'
import { count } from './values.ts'

/** `rows` are objects as `hubdex sql --json` prints them. */
export const resultFormat = z
  .enum(['json', 'csv', 'parquet', 'rows'])
  .optional()
  .meta({ description: 'Overrides the header `Accept`. `rows` is an array of objects, as `hubdex sql --json` prints it.' })

export const queryAnswer = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.unknown())).meta({ description: 'In the order of the columns. Numbers have all their digits.' }),
  truncatedBy: z.enum(['rows', 'bytes']).nullable().meta({ description: 'The limit at which rows were left out.' }),
  tookMs: z.number(),
})

export const sqlRoute = {
  method: 'POST',
  path: '/api/v1/sql',
  summary: 'Run one read-only statement over the views of docs/views.md. Closing the connection cancels it.',
  query: z.strictObject({ format: resultFormat }),
  body: z.strictObject({
    sql: z.string().meta({ description: 'The statement.', example: 'select count(*) from models' }),
    maxRows: z.int().min(1).max(1_000_000).optional().meta({ description: 'At most HUBDEX_SQL_MAX_ROWS.' }),
    timeoutMs: z.int().min(1).max(3_600_000).optional().meta({ description: 'At most HUBDEX_SQL_TIMEOUT_MS.' }),
  }),
  answer: queryAnswer,
  isTable: true,
  access: 'sql',
} as const satisfies ApiRoute

export const viewsRoute = {
  method: 'GET',
  path: '/api/v1/views',
  summary: 'Views that SQL may read, with their columns.',
  query: z.strictObject({}),
  answer: z.object({
    views: z.array(
      z.object({
        name: z.string(),
        description: z.string(),
        columns: z.array(z.object({ name: z.string(), type: z.string(), description: z.string() })),
      }),
    ),
    limits: z.object({ timeoutMs: count, maxRows: count, maxBytes: count }),
  }),
} as const satisfies ApiRoute
