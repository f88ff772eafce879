import { z } from 'zod'
import { DEFAULT_SUGGESTIONS, MAX_SUGGESTIONS } from '../../search/suggest/limits.ts'
import type { ApiRoute } from './route.ts'
import { count, format, repoKind, text, textUpTo, wholeNumber } from './values.ts'

export const suggestRoute = {
  method: 'GET',
  path: '/api/v1/suggest',
  summary: 'What a beginning may become: repos by name, then authors, tasks, libraries and tags.',
  query: z.strictObject({
    prefix: text
      .default('')
      .meta({ description: 'What was typed so far; `owner/` gives the repos of an owner.', example: 'whis' }),
    kind: textUpTo(20).optional().meta({ description: 'Only repos of this kind.' }),
    limit: wholeNumber(1, MAX_SUGGESTIONS).prefault(DEFAULT_SUGGESTIONS).meta({
      description: 'Maximum number of suggestions per type.',
    }),
    format,
  }),
  answer: z.object({
    query: z.object({ prefix: z.string(), kind: repoKind.nullable(), limit: count }),
    suggestions: z.array(
      z.union([
        z.strictObject({ type: z.literal('repo'), value: z.string(), kind: repoKind, downloads: count, likes: count }),
        z.strictObject({
          type: z.enum(['author', 'task', 'library', 'tag']),
          value: z.string().meta({ description: 'As a filter takes it.' }),
          label: z.string().optional().meta({ description: "The Hub's name of a task." }),
          count: count.meta({ description: 'Number of repos with the value.' }),
        }),
      ]),
    ),
    tookMs: z.number(),
  }),
  isTable: true,
} as const satisfies ApiRoute
