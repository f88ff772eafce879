import { z } from 'zod'
import type { ApiRoute } from './route.ts'
import { filterField, searched } from './search.ts'
import { count, format, text, wholeNumber } from './values.ts'

export const facetRoute = {
  method: 'GET',
  path: '/api/v1/facets/{field}',
  summary: 'Values of a field among the repos that a search finds, most frequent first.',
  params: z.strictObject({
    field: z
      .string()
      .max(100)
      .meta({ description: `One of ${filterField.options.join(', ')}.` }),
  }),
  query: z.strictObject({
    ...searched,
    contains: text.default('').meta({ description: 'A part of the value, in any letter case.' }),
    limit: wholeNumber(1, 1_000).prefault(20).meta({ description: 'Maximum number of values.' }),
    format,
  }),
  answer: z.object({
    field: filterField,
    values: z.array(z.object({ value: z.string(), count })),
    hasMore: z.boolean(),
    tookMs: z.number(),
  }),
  isTable: true,
} as const satisfies ApiRoute
