import { createHash } from 'node:crypto'
import { isObject } from '../../hub/is-object.ts'
import {
  type Collection,
  type CollectionItem,
  ITEM_TYPES,
  type ItemTarget,
  isRepoType,
} from '../../hub-server/collections/hub-collections.ts'
import { idInSlug } from '../../hub-server/collections/slug.ts'
import type { MemoryStore } from '../memory-store.ts'

/**
 * Reads a collection in the format of the Hub's detail response. Only the slug is required. An item without type or id is left
 * out; one that this Hub does not have is served as it is.
 *
 * @throws Error without a slug `owner/title-id`
 */
export function collectionOfPayload(payload: unknown, store: MemoryStore): Collection {
  const given = isObject(payload) ? payload : {}
  const { slug, title, description, theme, gating, upvotes, lastUpdated, items, owner } = given
  const hubId = typeof slug === 'string' ? idInSlug(slug) : undefined
  if (typeof slug !== 'string' || hubId === undefined || !slug.includes('/')) {
    const found = String(JSON.stringify(payload)).slice(0, 80)
    throw new Error(
      `A collection has no slug: expected an object with a \`slug\` such as owner/title-${EXAMPLE_ID}, got ${found}`,
    )
  }
  const account = isObject(owner) ? owner : undefined
  const votes = typeof upvotes === 'number' ? upvotes : 0
  return {
    hubId,
    slug,
    owner: typeof account?.['name'] === 'string' ? account['name'] : slug.slice(0, slug.indexOf('/')),
    account,
    title: typeof title === 'string' ? title : slug.slice(slug.indexOf('/') + 1, -hubId.length - 1),
    description: typeof description === 'string' ? description : undefined,
    private: given['private'] === true,
    theme: typeof theme === 'string' ? theme : 'orange',
    gating: isObject(gating) ? gating : gating === true,
    position: typeof given['position'] === 'number' ? given['position'] : 0,
    upvotes: votes,
    trendingScore: votes,
    lastUpdated: typeof lastUpdated === 'string' ? lastUpdated : createdAt(hubId),
    items: Array.isArray(items) ? items.flatMap((item) => itemOf(item, hubId, store)) : [],
  }
}

const EXAMPLE_ID = '64f9a55bb3115b4f513ec026'

function createdAt(hubId: string): string {
  return new Date(Number.parseInt(hubId.slice(0, 8), 16) * 1000).toISOString()
}

function itemOf(item: unknown, collectionId: string, store: MemoryStore): CollectionItem[] {
  if (!isObject(item)) return []
  const { _id, type: given, id, slug, note, gallery, ...rest } = item
  if (typeof given !== 'string' || typeof id !== 'string') return []
  const known = ITEM_TYPES.find((type) => type === given)
  const digest = createHash('sha256').update(`${collectionId} ${given} ${id}`).digest('hex')
  const text = isObject(note) ? note['text'] : note
  const base = {
    itemId: typeof _id === 'string' ? _id : digest.slice(0, 24),
    note: typeof text === 'string' ? text : undefined,
    gallery: Array.isArray(gallery) ? gallery.filter((one) => typeof one === 'string') : undefined,
  }
  const target = known === undefined ? undefined : targetOf(known, id, slug, store)
  const payload = { ...rest, id, ...(slug === undefined ? {} : { slug }) }
  if (target === undefined) return [{ ...base, type: given, hubId: id, id, payload }]
  // Which collections there are is known after the last line.
  return [{ ...base, ...target, ...(known === 'collection' ? { payload } : {}) }]
}

function targetOf(type: ItemTarget['type'], id: string, slug: unknown, store: MemoryStore): ItemTarget | undefined {
  if (type === 'paper') return { type, hubId: id, id }
  if (!isRepoType(type)) {
    const hubId = idInSlug(typeof slug === 'string' ? slug : id)
    return hubId === undefined ? undefined : { type, hubId, id: hubId }
  }
  const hubId = store.hubIdOf(type, id)
  return hubId === undefined ? undefined : { type, hubId, id }
}
