import { hash } from 'node:crypto'
import { isObject } from '../../hub/is-object.ts'
import { isHubId, MAX_DESCRIPTION_LENGTH, MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '../repos/column-fields.ts'
import { EMPTY_COLUMNS, type RepoColumns } from '../repos/columns.ts'
import type { RejectedRow, RepoRecord } from '../repos/record.ts'
import { storableObject } from '../repos/sanitize-json.ts'
import { asBoolean, asInstant, asInteger, asObject, asProse, asText, gatedOf, truncate } from '../repos/wire-fields.ts'

/** An item of a collection. */
interface CollectionItem {
  /** The Hub's `_id` of the item within the collection. */
  itemId: string
  position: number
  /** `model`, `dataset`, `space`, `paper`, `collection` or `bucket`; new types are stored as they come. */
  kind: string
  /** `owner/name`, the slug of a collection, or the arXiv id of a paper. */
  id: string
  note: string | null
}

/** A collection of a list or a detail answer: its row, and the items that the answer shows. */
export interface CollectionRecord extends RepoRecord {
  items: readonly CollectionItem[]
  /** Whether these are all items. Lists show the first four. */
  isWhole: boolean
}

/** Lists show at most this many items of a collection. */
const LISTED_ITEMS = 4
/** Far more than the Hub allows: a bound for hostile answers. */
const MAX_ITEMS = 10_000
const MAX_NOTE_LENGTH = 2_000

/** Part of the hash. Raise it when collections are read differently: the next pass then rewrites every row. */
const READING_VERSION = 1

/**
 * Reads one untrusted collection. Only one without a usable slug is rejected; other fields of a wrong type are left out.
 * Fields about the reader and about the owner's followers are not stored, because they change without the collection.
 *
 * @param source a list shows the first four items, details show all
 */
export function readCollection(item: unknown, source: 'list' | 'details'): CollectionRecord | RejectedRow {
  if (!isObject(item)) return { reason: `expected an object, got ${item === null ? 'null' : typeof item}` }
  const wire = storableObject(item)
  const slug = asText(wire['slug'], MAX_ID_LENGTH)
  const hubId = slug === null ? null : hubIdOf(slug)
  if (slug === null || hubId === null) {
    return { reason: `expected a slug that ends with an id of 24 digits, got ${truncate(slug ?? typeof wire['slug'], 200)}` }
  }
  const items = itemsOf(wire['items'])
  const columns = columnsOf(hubId, slug, wire)
  const listed = items.slice(0, LISTED_ITEMS).map(({ itemId, note }) => [itemId, note])
  return {
    hub_id: hubId,
    kind: 'collection',
    id: slug,
    created_at: columns.created_at,
    private: columns.private,
    downloads: null,
    downloads_all_time: null,
    likes: asInteger(wire['upvotes']),
    trending_score: null,
    content_hash: hash('md5', `${READING_VERSION} collection\n${JSON.stringify([columns, listed])}`, 'hex'),
    omitted: [],
    columns: () => columns,
    items,
    isWhole: source === 'details' || items.length < LISTED_ITEMS,
  }
}

/** The id at the end of a slug: `owner/title-0123456789abcdef01234567`. */
function hubIdOf(slug: string): string | null {
  const id = slug.slice(-24)
  return isHubId(id) && /^[^/]+\/(?:.*-)?$/s.test(slug.slice(0, -24)) ? id.toLowerCase() : null
}

function columnsOf(hubId: string, slug: string, wire: Readonly<Record<string, unknown>>): RepoColumns {
  const owner = asObject(wire['owner']) ?? {}
  const text = (value: unknown) => asText(value, MAX_TEXT_LENGTH)
  const payload = {
    title: text(wire['title']),
    theme: text(wire['theme']),
    ownerType: text(owner['type']),
    ownerName: text(owner['fullname']),
    gating: isObject(wire['gating']) ? wire['gating'] : undefined,
  }
  const description = asProse(wire['description'], MAX_DESCRIPTION_LENGTH)
  return {
    ...EMPTY_COLUMNS,
    hub_id: hubId,
    kind: 'collection',
    id: slug,
    author: text(owner['name']) ?? slug.slice(0, slug.indexOf('/')),
    created_at: new Date(Number.parseInt(hubId.slice(0, 8), 16) * 1000).toISOString(),
    last_modified: asInstant(wire['lastUpdated']),
    private: asBoolean(wire['private']),
    // An object describes who may be let in: access is granted by hand or automatically, by its mode.
    gated: isObject(wire['gating']) ? (gatedOf(wire['gating']['mode']) ?? 'auto') : gatedOf(wire['gating']),
    description,
    payload: JSON.stringify(payload, (_, value: unknown) => value ?? undefined),
  }
}

/** Items of another shape are left out: they do not affect the others. The order of the answer counts where there is no position. */
function itemsOf(value: unknown): CollectionItem[] {
  if (!Array.isArray(value)) return []
  const byId = new Map<string, CollectionItem>()
  for (const [place, item] of value.slice(0, MAX_ITEMS).entries()) {
    if (!isObject(item)) continue
    const kind = asText(item['type'], MAX_TEXT_LENGTH)
    // The `id` of a nested collection is only the end of its slug.
    const id = asText(kind === 'collection' ? (item['slug'] ?? item['id']) : item['id'], MAX_ID_LENGTH)
    const itemId = asText(item['_id'], MAX_TEXT_LENGTH)
    if (kind === null || id === null || itemId === null) continue
    const position = asInteger(item['position'])
    byId.set(itemId, {
      itemId,
      position: position !== null && position >= 0 && position < 2 ** 31 ? position : place,
      kind,
      id,
      note: noteOf(item['note']),
    })
  }
  return [...byId.values()].sort((left, right) => left.position - right.position)
}

/** The Hub sends a note as `{ text, html }`, and takes it as a text. */
function noteOf(note: unknown): string | null {
  const text = isObject(note) ? note['text'] : note
  return typeof text === 'string' && text.trim() !== '' ? truncate(text, MAX_NOTE_LENGTH) : null
}
