import type { FastifyInstance } from 'fastify'
import { generateAtomFeed, generateJsonFeed } from 'feedsmith'
import { type ListedEvent, listEvents } from '../../../catalog/reads/events.ts'
import type { CatalogKind } from '../../../hub/kinds.ts'
import { endpointsOf, searchCatalog } from '../../../search/catalog-search.ts'
import type { SearchDocument } from '../../../search/search-document.ts'
import { eventsAtomRoute, eventsJsonFeedRoute, searchAtomRoute, searchJsonFeedRoute } from '../../api/feeds.ts'
import { type ApiRequest, addRoute } from '../../http/add-route.ts'
import { sendTagged } from '../../http/answer.ts'
import type { ApiOptions } from './api-options.ts'
import { eventFilterOf } from './events.ts'
import { hubUrlOf } from './named-repo.ts'
import { searchedQuery } from './search.ts'

interface Entry {
  /** Never changes, so that readers know an entry that they have. */
  id: string
  title: string
  summary: string
  url: string
  changedAt: string
  author: string | null
}

type FeedRoute = typeof searchAtomRoute | typeof searchJsonFeedRoute | typeof eventsAtomRoute | typeof eventsJsonFeedRoute

export function feedRoutes(app: FastifyInstance, options: ApiOptions): void {
  const { catalog, endpoint } = options

  async function searchEntries(query: ApiRequest<typeof searchAtomRoute>['query']) {
    const { q, kind, filter, limit } = query
    const checked = searchedQuery({ q, kind, filter }, { sort: 'modified', limit })
    const { result } = await searchCatalog(catalog, checked, await endpointsOf(catalog.db, endpoint))
    const words = [q, ...kind, ...filter].filter((text) => text !== '').join(', ')
    return {
      title: `hubdex: ${words === '' ? 'all repos' : words}`,
      entries: result.hits.map((hit) => repoEntry(hit, endpoint)),
    }
  }

  async function eventEntries(query: ApiRequest<typeof eventsAtomRoute>['query']) {
    const { events } = await listEvents(catalog.db, eventFilterOf(query), { order: 'newest', limit: query.limit })
    const { type, kind, author, id } = query
    const words = [...type, ...kind, ...author, ...id].join(', ')
    return {
      title: `hubdex: changes${words === '' ? '' : ` of ${words}`}`,
      entries: events.map((event) => eventEntry(event, endpoint)),
    }
  }

  addRoute(app, searchAtomRoute, async (request) => sendFeed(request, 'atom', await searchEntries(request.query)))
  addRoute(app, searchJsonFeedRoute, async (request) => sendFeed(request, 'json', await searchEntries(request.query)))
  addRoute(app, eventsAtomRoute, async (request) => sendFeed(request, 'atom', await eventEntries(request.query)))
  addRoute(app, eventsJsonFeedRoute, async (request) => sendFeed(request, 'json', await eventEntries(request.query)))
}

function repoEntry(hit: SearchDocument, endpoint: string): Entry {
  const { hubId, kind, id, author, description, task, license, lastModified, createdAt } = hit
  const facts = [...task.slice(0, 1), ...license.slice(0, 1).map((name) => `license ${name}`)].join(', ')
  const changedAt = lastModified ?? createdAt ?? new Date(0).toISOString()
  return {
    id: `urn:hubdex:repo:${hubId}:${changedAt}`,
    title: titleOf(kind, id),
    summary: [description, facts].filter(Boolean).join('\n'),
    url: hubUrlOf(endpoint, hit),
    changedAt,
    author,
  }
}

function eventEntry({ kind, id, hubId, event, oldValue, newValue, happenedAt }: ListedEvent, endpoint: string): Entry {
  const changedAt = happenedAt.toISOString()
  const change = oldValue === null && newValue === null ? '' : `: ${oldValue ?? 'none'} → ${newValue ?? 'none'}`
  return {
    id: `urn:hubdex:event:${hubId}:${event}:${changedAt}`,
    title: `${titleOf(kind, id)}: ${event}`,
    summary: `${event}${change}`,
    url: hubUrlOf(endpoint, { kind, id }),
    changedAt,
    author: id.includes('/') ? (id.split('/')[0] ?? null) : null,
  }
}

function titleOf(kind: CatalogKind, id: string): string {
  return `${id} (${kind})`
}

function sendFeed(
  { request, reply }: ApiRequest<FeedRoute>,
  format: 'atom' | 'json',
  { title, entries }: { title: string; entries: readonly Entry[] },
): undefined {
  const self = `${request.protocol}://${request.host}${request.server.basePath ?? ''}${request.url}`
  const text = format === 'atom' ? atomOf(title, self, entries) : jsonFeedOf(title, self, entries)
  reply.type(format === 'atom' ? 'application/atom+xml; charset=utf-8' : 'application/feed+json; charset=utf-8')
  sendTagged(request, reply, text)
  return undefined
}

function atomOf(title: string, self: string, entries: readonly Entry[]): string {
  return generateAtomFeed({
    id: self,
    title: { value: xmlText(title) },
    updated: new Date(latestOf(entries)),
    links: [{ href: self, rel: 'self' }],
    entries: entries.map((entry) => ({
      id: entry.id,
      title: { value: xmlText(entry.title) },
      updated: new Date(entry.changedAt),
      summary: { value: xmlText(entry.summary) },
      links: [{ href: entry.url, rel: 'alternate' }],
      authors: [{ name: xmlText(entry.author ?? 'unknown') }],
    })),
  })
}

function jsonFeedOf(title: string, self: string, entries: readonly Entry[]): string {
  const feed = generateJsonFeed({
    title,
    feed_url: self,
    items: entries.map(({ id, title: name, summary, url, changedAt, author }) => ({
      ...{ id, title: name, content_text: summary, url, date_modified: new Date(changedAt) },
      ...(author === null ? {} : { authors: [{ name: author }] }),
    })),
  })
  return typeof feed === 'string' ? feed : JSON.stringify(feed)
}

function latestOf(entries: readonly Entry[]): string {
  return (
    entries
      .map(({ changedAt }) => changedAt)
      .toSorted()
      .at(-1) ?? new Date(0).toISOString()
  )
}

/** XML has no way to write most control characters. */
function xmlText(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
}
