import { z } from 'zod'
import { repo } from './repos.ts'
import type { ApiRoute } from './route.ts'
import { format, repeated, textUpTo } from './values.ts'

export const MIN_COMPARED = 2
const MAX_COMPARED = 6

export const compareRoute = {
  method: 'GET',
  path: '/api/v1/compare',
  summary: 'Two to six repos side by side.',
  query: z.strictObject({
    id: repeated(textUpTo(500).min(1), MAX_COMPARED).meta({
      description: 'Names, hub ids or addresses of repos; with a kind as in `datasets/owner/name`.',
      example: ['openai/whisper-small', 'openai/whisper-large-v3'],
    }),
    format,
  }),
  answer: z.object({
    repos: z.array(repo).meta({ description: 'In the order of the parameters.' }),
    differences: z.array(z.string()).meta({ description: 'Names of fields whose values are not the same in all of them.' }),
  }),
  isTable: true,
} as const satisfies ApiRoute
