import { z } from 'zod'
import type { ApiRoute } from './route.ts'
import { queryAnswer, resultFormat } from './sql.ts'
import { format, repeated, text, textUpTo } from './values.ts'

const namedQuery = z.object({
  name: z.string(),
  title: z.string(),
  sql: z.string().meta({ description: 'With a parameter as `{{name}}`.' }),
  parameters: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['list', 'text', 'day', 'number']),
      about: z.string(),
      default: z.string().optional().meta({ description: 'A parameter without one must be given.' }),
    }),
  ),
})

export const queriesRoute = {
  method: 'GET',
  path: '/api/v1/queries',
  summary: 'The queries that come with hubdex.',
  query: z.strictObject({ format }),
  answer: z.object({ queries: z.array(namedQuery) }),
  isTable: true,
} as const satisfies ApiRoute

export const queryRoute = {
  method: 'GET',
  path: '/api/v1/queries/{name}',
  summary: 'Run one of these queries.',
  params: z.strictObject({ name: textUpTo(100).meta({ description: 'Name of the query.' }) }),
  query: z.strictObject({
    set: repeated(text).meta({
      description: 'A parameter as `name=value`, repeated; the members of a list are separated by commas.',
      example: ['since=2026-11-01'],
    }),
    format: resultFormat,
  }),
  answer: queryAnswer,
  isTable: true,
} as const satisfies ApiRoute
