import { z } from 'zod'
import { eventFilters } from './events.ts'
import type { ApiRoute } from './route.ts'
import { searched } from './search.ts'
import { wholeNumber } from './values.ts'

const entries = wholeNumber(1, 200).prefault(50).meta({ description: 'Maximum number of entries.' })
const searchFeed = z.strictObject({ ...searched, limit: entries })
const eventFeed = z.strictObject({ ...eventFilters, limit: entries })

export const searchAtomRoute = {
  method: 'GET',
  path: '/feeds/search.atom',
  summary: 'A search as a feed (Atom) of its new and changed repos, last changed first.',
  query: searchFeed,
  answer: z.string(),
  mediaTypes: ['application/atom+xml'],
} as const satisfies ApiRoute

export const searchJsonFeedRoute = {
  method: 'GET',
  path: '/feeds/search.json',
  summary: 'The same as JSON Feed 1.1.',
  query: searchFeed,
  answer: z.string(),
  mediaTypes: ['application/feed+json'],
} as const satisfies ApiRoute

export const eventsAtomRoute = {
  method: 'GET',
  path: '/feeds/events.atom',
  summary: 'Changes of repos as a feed (Atom), newest first.',
  query: eventFeed,
  answer: z.string(),
  mediaTypes: ['application/atom+xml'],
} as const satisfies ApiRoute

export const eventsJsonFeedRoute = {
  method: 'GET',
  path: '/feeds/events.json',
  summary: 'The same as JSON Feed 1.1.',
  query: eventFeed,
  answer: z.string(),
  mediaTypes: ['application/feed+json'],
} as const satisfies ApiRoute
