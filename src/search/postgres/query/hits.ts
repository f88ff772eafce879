import { type Kysely, sql } from 'kysely'
import type { SearchDocument } from '../../search-document.ts'
import type { SearchSort } from '../../search-fields.ts'
import type { DocumentSet } from '../bitmap/document-set.ts'
import { type StoredDocument, shownDocumentOf } from './shown-document.ts'

/** What each order sorts by, descending. */
const COLUMN: Readonly<Record<SearchSort, string>> = {
  relevance: 'popularity',
  trending: 'trending',
  downloads: 'downloads',
  likes: 'likes',
  created: 'created',
  modified: 'modified',
  parameters: 'parameters',
}

export interface Page {
  limit: number
  offset: number
}

interface HitRow {
  document: StoredDocument
  downloads: string
  likes: string
  trending: number
}

/**
 * One page of the documents of all levels: level by level, in each by the order given, then by hub id.
 *
 * A small level is fetched whole together with the small ones after it; a large one is read off its order's index, in
 * which its members are then frequent.
 */
export async function hitsOf<Tables>(
  db: Kysely<Tables>,
  levels: readonly DocumentSet[],
  sort: SearchSort,
  page: Page,
): Promise<SearchDocument[]> {
  const hits: SearchDocument[] = []
  let { limit, offset } = page
  const few = fewIn(levels, page)
  for (const group of groupsOf(levels, few)) {
    if (limit === 0) break
    const size = sizeOf(group)
    if (offset < size) {
      const found = await (size > few ? readOff : fetchAll)(db, group, COLUMN[sort], { limit, offset })
      hits.push(...found)
      limit -= found.length
    }
    offset = Math.max(0, offset - size)
  }
  return hits
}

/**
 * Up to how many it is cheaper to fetch all than to read a page off the index of the order. Of m among n documents the
 * index has to be read for `n * page / m` entries, if they are spread evenly in it; the two break even where that is m.
 */
function fewIn(levels: readonly DocumentSet[], { limit, offset }: Page): number {
  return Math.sqrt((levels[0]?.capacity ?? 0) * (limit + offset))
}

/** Neighboring levels put together while they stay few: one statement instead of one a level. */
function groupsOf(levels: readonly DocumentSet[], few: number): DocumentSet[][] {
  const groups: DocumentSet[][] = []
  for (const level of levels) {
    const last = groups.at(-1)
    if (last !== undefined && sizeOf(last) + level.count <= few) last.push(level)
    else groups.push([level])
  }
  return groups
}

function sizeOf(group: readonly DocumentSet[]): number {
  return group.reduce((sum, level) => sum + level.count, 0)
}

/** A page of a large level, which is a group of its own. */
async function readOff<Tables>(
  db: Kysely<Tables>,
  group: readonly DocumentSet[],
  column: string,
  { limit, offset }: Page,
): Promise<SearchDocument[]> {
  const bits = group.map((level) => level.toBitLiteral())[0]
  const { rows } = await sql<HitRow>`
    select document, downloads, likes, trending from search.document where get_bit(${bits}::varbit, ordinal) = 1
    order by ${sql.ref(column)} desc nulls last, hub_id limit ${limit} offset ${offset}`.execute(db)
  return rows.map(hitOf)
}

async function fetchAll<Tables>(
  db: Kysely<Tables>,
  group: readonly DocumentSet[],
  column: string,
  { limit, offset }: Page,
): Promise<SearchDocument[]> {
  const ordinals = group.map((level) => level.ordinals())
  const levels = ordinals.map((members, level) => members.map(() => level))
  const { rows } = await sql<HitRow>`
    select document, downloads, likes, trending
    from unnest(${ordinals.flat()}::int[], ${levels.flat()}::int[]) as member (ordinal, level)
    join search.document using (ordinal)
    order by level, ${sql.ref(column)} desc nulls last, hub_id limit ${limit} offset ${offset}`.execute(db)
  return rows.map(hitOf)
}

/** The documents of the given hub ids that there are. */
export async function documentsOf<Tables>(db: Kysely<Tables>, hubIds: readonly string[]): Promise<SearchDocument[]> {
  const { rows } = await sql<HitRow>`
    select document, downloads, likes, trending from search.document
    where hub_id = any(${[...hubIds]}::text[])`.execute(db)
  return rows.map(hitOf)
}

function hitOf({ document, downloads, likes, trending }: HitRow): SearchDocument {
  return { ...shownDocumentOf(document), downloads: Number(downloads), likes: Number(likes), trendingScore: trending }
}
