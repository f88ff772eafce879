import { z } from 'zod'
import { kindOfPlural } from '../../hub/kinds.ts'
import { HubRefusal, notOneOf } from '../http/hub-refusal.ts'
import { COLLECTION_SORTS, type CollectionPlace, type CollectionQuery, type ItemType } from './hub-collections.ts'
import type { CollectionContext } from './rendered-item.ts'
import { idInSlug } from './slug.ts'

const DEFAULT_LIMIT = 10
const MAX_LIMIT = 10_000

const NO_FIELDS = { names: new Set<string>(), blobs: false }

/** Parses the parameters of a list of collections. */
export async function parseCollectionQuery(context: CollectionContext, parameters: URLSearchParams): Promise<CollectionQuery> {
  const given = parameters.get('sort') ?? 'trending'
  const sort = COLLECTION_SORTS.find((known) => known === given)
  if (sort === undefined) throw notOneOf('sort', COLLECTION_SORTS)
  const items = parameters.getAll('item')
  const found = await Promise.all(items.map((item) => itemNamed(context, item)))
  return {
    owners: parameters.getAll('owner'),
    items: items.length === 0 ? undefined : found.filter((item) => item !== undefined),
    text: parameters.get('q') ?? '',
    sort,
    after: parseCursor(parameters.get('cursor')),
    limit: parseLimit(parameters.get('limit')),
  }
}

const place = z.object({ hubId: z.string(), trendingScore: z.number(), lastUpdated: z.string(), upvotes: z.number() })

/** The cursor of the page after a collection. It stays right when that collection changes or is deleted. */
export function cursorAfter(last: CollectionPlace): string {
  return Buffer.from(JSON.stringify(place.parse(last))).toString('base64')
}

function parseCursor(cursor: string | null): CollectionPlace | undefined {
  if (cursor === null) return undefined
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, 'base64').toString()))
  } catch {
    // Neither base64 nor JSON of a place: there is nothing specific to report.
    throw new HubRefusal(400, 'Invalid cursor: expected the one of a Link header')
  }
}

function parseLimit(value: string | null): number {
  if (value === null) return DEFAULT_LIMIT
  const limit = Number(value)
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit
  throw new HubRefusal(400, `"limit" must be a number from 1 to ${MAX_LIMIT}`)
}

/** `models/owner/name`, `papers/2307.09288` or `collections/slug`. Undefined when the Hub has no such item. */
async function itemNamed({ store }: CollectionContext, text: string): Promise<{ type: ItemType; hubId: string } | undefined> {
  const [plural = '', ...rest] = text.split('/')
  const id = rest.join('/')
  const kind = kindOfPlural(plural)
  if (plural === 'papers') return { type: 'paper', hubId: id }
  if (plural === 'collections') return { type: 'collection', hubId: idInSlug(id) ?? id }
  if (kind === undefined || id === '') throw new HubRefusal(400, `"item" must look like models/owner/name, got ${text}`)
  const found = await store.find(kind, id, NO_FIELDS)
  const current = found !== undefined && 'movedTo' in found ? await store.find(kind, found.movedTo, NO_FIELDS) : found
  return current !== undefined && 'repo' in current ? { type: kind, hubId: current.repo._id } : undefined
}
