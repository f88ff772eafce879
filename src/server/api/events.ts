import { z } from 'zod'
import { EVENT_TYPES } from '../../catalog/reads/event-types.ts'
import { repoParams } from './repos.ts'
import type { ApiRoute } from './route.ts'
import { format, instant, nextCursor, page, repeated, repoKind, textUpTo } from './values.ts'

/** Which events. */
export const eventFilters = {
  kind: repeated(textUpTo(20)).meta({ description: 'Kinds of repos.' }),
  type: repeated(z.enum(EVENT_TYPES)).meta({ description: 'Types of events.' }),
  author: repeated(textUpTo(500)).meta({ description: 'Owners of repos, as the Hub spells them.' }),
  id: repeated(textUpTo(500)).meta({ description: 'Current names of repos, in any letter case, or hub ids.' }),
}

const repoEvent = z.object({
  kind: repoKind,
  id: z.string().meta({ description: 'Current name.' }),
  hubId: z.string(),
  event: z.enum(EVENT_TYPES),
  oldValue: z.string().nullable(),
  newValue: z.string().nullable().meta({ description: 'For `removed` the cause.' }),
  happenedAt: instant.meta({ description: 'When hubdex noticed it.' }),
})

export const eventsRoute = {
  method: 'GET',
  path: '/api/v1/events',
  summary: 'Changes of repos: newest first, or with `since` oldest first.',
  query: z.strictObject({
    since: instant.optional().meta({
      description:
        'Oldest first from this time on. `nextCursor` is then never null: ask again with it later for what came meanwhile. ' +
        'No event is skipped or repeated.',
    }),
    ...eventFilters,
    ...page,
    format,
  }),
  answer: z.object({
    events: z.array(repoEvent),
    hasMore: z.boolean().meta({ description: 'Whether more events exist now.' }),
    nextCursor,
  }),
  isTable: true,
} as const satisfies ApiRoute

export const repoEventsRoute = {
  method: 'GET',
  path: '/api/v1/repos/{kind}/{id}/events',
  summary: 'What happened to a repo, newest first.',
  params: repoParams,
  query: z.strictObject({ format }),
  answer: z.object({ events: z.array(repoEvent.omit({ kind: true, id: true, hubId: true })) }),
  isTable: true,
} as const satisfies ApiRoute
