import { z } from 'zod'
import { eventsRoute } from '../../server/api/events.ts'
import { instant, wholeNumber } from '../../server/api/values.ts'
import { defineTool, withoutEmpty } from './tool.ts'

const { kind, type, author, id, cursor } = eventsRoute.query.shape
const { events, hasMore } = eventsRoute.answer.shape

export const whatChanged = defineTool({
  name: 'what_changed',
  title: 'What changed',
  description:
    'Changes of repos that the catalog has noticed, such as new, removed and renamed repos and changes of license, gating or ' +
    'base models: newest first, or with `since` oldest first.',
  input: z.strictObject({
    since: z
      .preprocess((value) => (z.iso.date().safeParse(value).success ? `${value}T00:00:00Z` : value), instant.optional())
      .meta({ description: 'A day, or a time in UTC. The next cursor is then never null: ask again later for newer changes.' }),
    ...{ kind, type, author, id, cursor },
    limit: wholeNumber(1, 200).prefault(50).meta({ description: 'Maximum number of changes.' }),
  }),
  data: z.object({ events: z.array(events.element.partial({ oldValue: true, newValue: true })), hasMore }),
  open: ({ limit, ...query }, call) => ({
    limit,
    getPage: async (size) => {
      const { nextCursor, ...data } = await call(eventsRoute, { query: { ...query, limit: size } })
      return { data: { ...data, events: data.events.map(withoutEmpty) }, size: data.events.length, nextCursor }
    },
  }),
})
