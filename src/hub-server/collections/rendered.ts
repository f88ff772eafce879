import type { FastifyRequest } from 'fastify'
import type { Collection } from './hub-collections.ts'
import { accountOf, type CollectionContext, renderedItem } from './rendered-item.ts'
import { slugOf } from './slug.ts'

/** Items of a collection in a list. */
const ITEMS_IN_LISTS = 4

/** A collection in the Hub's wire format. Items that the caller may not see are left out. */
export async function rendered(
  context: CollectionContext,
  collection: Collection,
  request: FastifyRequest,
  form: 'list' | 'detail',
): Promise<Record<string, unknown>> {
  const items: Record<string, unknown>[] = []
  for (const [position, item] of collection.items.entries()) {
    if (form === 'list' && items.length === ITEMS_IN_LISTS) break
    const one = await renderedItem(context, item, position, request)
    if (one !== undefined) items.push(one)
  }
  const { title, description, gating, lastUpdated, owner, theme, upvotes, position } = collection
  const slug = slugOf(collection)
  return {
    slug,
    title,
    ...(description === undefined ? {} : { description }),
    gating,
    lastUpdated,
    owner: collection.account ?? accountOf(context, owner),
    items,
    theme,
    private: collection.private,
    upvotes,
    isUpvotedByUser: false,
    ...(form === 'detail' ? { position, shareUrl: `${context.baseUrl(request)}/collections/${slug}` } : {}),
  }
}

/** With `expand=false`. What the Hub calls the name is not confirmed. */
export function briefly(collection: Collection): Record<string, unknown> {
  const { title, upvotes } = collection
  return { title, private: collection.private, upvotes, name: slugOf(collection) }
}
