import { z } from 'zod'
import type { ApiRoute } from './route.ts'
import { count, format, nextCursor, page, repeated, textUpTo } from './values.ts'

export const columnsRoute = {
  method: 'GET',
  path: '/api/v1/columns',
  summary: 'Datasets that have all of these columns in one split, most downloaded first.',
  query: z.strictObject({
    name: repeated(textUpTo(500).min(1), 10).meta({
      description: 'Paths of columns in any letter case; nested ones are dotted. At least one.',
      example: ['question', 'answer'],
    }),
    type: repeated(textUpTo(100), 10).meta({
      description:
        'The nth type is about the nth name; empty for any. text, integer, float, boolean, time, binary, or a type of ' +
        'Parquet such as INT64 or TIMESTAMP.',
    }),
    nesting: repeated(textUpTo(100), 10).meta({
      description: 'The nth nesting is about the nth name; empty for any. none, list, map, struct or such as list.struct.',
    }),
    ...page,
    format,
  }),
  answer: z.object({
    total: count,
    datasets: z.array(
      z.object({
        id: z.string(),
        hubId: z.string(),
        author: z.string().nullable(),
        license: z.string().nullable(),
        downloads: count.nullable(),
        likes: count.nullable(),
        rows: count.nullable(),
        config: z.string().meta({ description: 'The first config and split that have the columns.' }),
        split: z.string(),
        columns: z.array(
          z.object({
            path: z.string(),
            physicalType: z.string(),
            logicalType: z.string().nullable(),
            nesting: z.string().nullable(),
          }),
        ),
      }),
    ),
    nextCursor,
  }),
  isTable: true,
} as const satisfies ApiRoute
