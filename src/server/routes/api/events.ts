import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { EventType } from '../../../catalog/reads/event-types.ts'
import { type EventFilter, listEvents } from '../../../catalog/reads/events.ts'
import { eventsRoute } from '../../api/events.ts'
import { addRoute } from '../../http/add-route.ts'
import { tableOf } from '../../http/answer.ts'
import { cursorsOf } from '../../http/cursor.ts'
import type { ApiOptions } from './api-options.ts'
import { kindNamed } from './named-repo.ts'

/** Before any event, so that a stream without events can be continued. */
const position = z.object({
  at: z.iso.datetime({ precision: 6 }),
  source: z.union([z.literal(0), z.literal(1)]),
  key: z.string().max(100),
})

interface EventQuery {
  kind: string[]
  type: EventType[]
  author: string[]
  id: string[]
}

export function eventFilterOf({ kind, type, author, id }: EventQuery): EventFilter {
  return { kinds: kind.map(kindNamed), types: type, authors: author, ids: id }
}

export function eventRoutes(app: FastifyInstance, { catalog }: ApiOptions): void {
  addRoute(
    app,
    eventsRoute,
    async ({ query }) => {
      const { since, kind, type, author, id, limit, cursor } = query
      const order = since === undefined ? 'newest' : 'oldest'
      const cursors = cursorsOf(['events', since ?? null, kind, type, author, id], position)
      const after = cursor === undefined ? undefined : cursors.read(cursor)
      const from = since === undefined ? undefined : new Date(since)
      const { events, last, hasMore } = await listEvents(catalog.db, eventFilterOf(query), { order, after, since: from, limit })
      const next = last ?? after ?? (from === undefined ? undefined : beginningAt(from))
      const isEnd = next === undefined || (order === 'newest' && !hasMore)
      return { events, hasMore, nextCursor: isEnd ? null : cursors.write(next) }
    },
    {
      table: ({ events }: { events: object[] }) =>
        tableOf(events, ['kind', 'id', 'hubId', 'event', 'oldValue', 'newValue', 'happenedAt']),
      name: 'events',
    },
  )
}

/** The position before all events of a time. */
function beginningAt(time: Date): z.output<typeof position> {
  return { at: time.toISOString().replace('Z', '000Z'), source: 0, key: '' }
}
