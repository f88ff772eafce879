import { z } from 'zod'
import { repoParams } from './repos.ts'
import type { ApiRoute } from './route.ts'
import { count, day, format } from './values.ts'

export const historyRoute = {
  method: 'GET',
  path: '/api/v1/repos/{kind}/{id}/history',
  summary: 'Counters of a repo by day, newest first; only days on which one of them changed.',
  params: repoParams,
  query: z.strictObject({
    since: day.optional().meta({ description: 'First day.' }),
    format,
  }),
  answer: z.object({
    history: z.array(
      z.object({
        day,
        downloads: count.nullable().meta({ description: 'Of the last 30 days; null for Spaces.' }),
        likes: count.nullable(),
        trendingScore: z.number().nullable(),
      }),
    ),
  }),
  isTable: true,
} as const satisfies ApiRoute
