import { BrokenAnswer, type HubErrorDetails } from '../errors.ts'
import { isObject } from '../is-object.ts'

/** An item of a collection. Its own `_id` names it in changes. */
export interface CollectionItem {
  itemId: string
  /** model, dataset, space, paper, collection or bucket; the Hub may add others. */
  type: string
  /** `owner/name` of a repo, the arXiv id of a paper, the slug of a collection. */
  id: string
  position: number
  note: string | undefined
}

export interface Collection {
  /** `owner/title-words-_id`. It changes with the title; former slugs lead to the collection, too. */
  slug: string
  title: string
  description: string | undefined
  /** The name of the account. */
  owner: string
  private: boolean
  theme: string | undefined
  upvotes: number
  /** As in the Hub's JSON. */
  lastUpdated: string | undefined
  /** All items; in lists of collections the first four. */
  items: readonly CollectionItem[]
  /** As it came, without any check. */
  payload: Record<string, unknown>
}

/** @throws BrokenAnswer for anything but a collection */
export function readCollection(json: unknown, details: HubErrorDetails): Collection {
  const { slug, title } = isObject(json) ? json : {}
  if (!isObject(json) || typeof slug !== 'string' || typeof title !== 'string') {
    throw new BrokenAnswer('The Hub answered a collection without slug or title, expected both.', details)
  }
  const { description, owner, theme, upvotes, lastUpdated, items } = json
  const name = isObject(owner) ? owner['name'] : owner
  return {
    slug,
    title,
    description: textOf(description),
    owner: textOf(name) ?? slug.split('/')[0] ?? '',
    private: json['private'] === true,
    theme: textOf(theme),
    upvotes: typeof upvotes === 'number' ? upvotes : 0,
    lastUpdated: textOf(lastUpdated),
    items: Array.isArray(items) ? items.flatMap(readItem) : [],
    payload: json,
  }
}

/** Items that cannot be named in a change are left out. */
function readItem(item: unknown, place: number): CollectionItem[] {
  if (!isObject(item)) return []
  const { _id: itemId, type, id, slug, position, note } = item
  if (typeof itemId !== 'string' || typeof type !== 'string' || typeof id !== 'string') return []
  return [
    {
      itemId,
      type,
      // The id of a collection is its bare `_id`.
      id: type === 'collection' && typeof slug === 'string' ? slug : id,
      position: typeof position === 'number' ? position : place,
      note: isObject(note) ? textOf(note['text']) : undefined,
    },
  ]
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
