import { type Kysely, sql } from 'kysely'
import { PREPARED } from '../../../catalog/postgres/prepared-statements.ts'
import type { SearchDocument } from '../../search-document.ts'
import type { SearchSort } from '../../search-fields.ts'
import type { DocumentSet } from '../bitmap/document-set.ts'
import { intArray } from '../bitmap/ordinals.ts'
import { type StoredDocument, shownDocumentOf } from './shown-document.ts'

/** The column of each sort, descending. */
const COLUMN: Readonly<Record<SearchSort, string>> = {
  relevance: 'popularity',
  trending: 'trending',
  downloads: 'downloads',
  likes: 'likes',
  created: 'created',
  modified: 'modified',
  parameters: 'parameters',
}

/**
 * Entries of an index that are read in the time of one member, while the documents themselves need not be read. Up to 27 were
 * measured, but an entry whose page was just written costs five times as much.
 */
const ENTRIES_PER_MEMBER = 12
/** An index is read from its end if that is nearer. An entry then takes up to 1.6 times as long. */
const BACKWARD_COST = 2

export interface Page {
  limit: number
  offset: number
}

export interface HitRow {
  document: StoredDocument
  downloads: string
  likes: string
  trending: number
}

/**
 * One page of the documents of all tiers: tier by tier, within a tier by the sort, then by hub id. Tiers before the page are
 * skipped by their sizes. Small tiers are fetched whole and together. For a large one, the index of the sort is scanned, where
 * its members are then frequent.
 */
export async function hitsOf<Tables>(
  db: Kysely<Tables>,
  tiers: readonly DocumentSet[],
  sort: SearchSort,
  page: Page,
): Promise<SearchDocument[]> {
  const hits: SearchDocument[] = []
  const capacity = tiers[0]?.capacity ?? 0
  let { limit, offset } = page
  for (let next = 0; next < tiers.length && limit > 0; ) {
    const group = nextGroup(tiers.slice(next), capacity, { limit, offset })
    const size = sizeOf(group)
    next += group.length
    if (offset < size) {
      const read = isScanned(size, capacity, { limit, offset }) ? scanOrderIndex : fetchByOrdinal
      const found = await read(db, group, COLUMN[sort], { limit, offset })
      hits.push(...found)
      limit -= found.length
    }
    offset = Math.max(0, offset - size)
  }
  return hits
}

/** The next tier. If it has part of the page and is fetched, those after it that are fetched in the same statement, too. */
function nextGroup([first, ...others]: readonly DocumentSet[], capacity: number, page: Page): DocumentSet[] {
  const group = first === undefined ? [] : [first]
  for (const tier of others) {
    const size = sizeOf(group)
    if (page.offset >= size || isScanned(size, capacity, page) || isScanned(size + tier.count, capacity, page)) break
    group.push(tier)
  }
  return group
}

/**
 * Whether to scan the index of the sort instead of fetching all members. To find m of `size` members spread evenly among n
 * documents, n * m / size entries are read.
 */
function isScanned(size: number, capacity: number, { limit, offset }: Page): boolean {
  const found = Math.min(offset, BACKWARD_COST * (size - offset)) + limit
  return (capacity * found) / size < ENTRIES_PER_MEMBER * size
}

function sizeOf(group: readonly DocumentSet[]): number {
  return group.reduce((sum, tier) => sum + tier.count, 0)
}

/** A page of a large tier, which is always a group of its own. */
async function scanOrderIndex<Tables>(
  db: Kysely<Tables>,
  group: readonly DocumentSet[],
  column: string,
  { limit, offset }: Page,
): Promise<SearchDocument[]> {
  const bits = group[0]?.toVarbit()
  const after = sizeOf(group) - offset - limit
  const scanned =
    BACKWARD_COST * after < offset
      ? sql`order by sorted asc nulls first, hub_id desc limit ${limit + Math.min(after, 0)} offset ${Math.max(after, 0)}`
      : sql`order by sorted desc nulls last, hub_id limit ${limit} offset ${offset}`
  const { rows } = await sql<HitRow>`
    ${PREPARED} select document, downloads, likes, trending from (
      select ordinal, ${sql.ref(column)} as sorted, hub_id from search.document where get_bit(${bits}::varbit, ordinal) = 1
      ${scanned}
    ) as page join search.document using (ordinal) order by sorted desc nulls last, page.hub_id`.execute(db)
  return rows.map(hitOf)
}

async function fetchByOrdinal<Tables>(
  db: Kysely<Tables>,
  group: readonly DocumentSet[],
  column: string,
  { limit, offset }: Page,
): Promise<SearchDocument[]> {
  const ordinals = group.map((tier) => tier.ordinals())
  const tiers = ordinals.map((members, tier) => members.map(() => tier))
  const { rows } = await sql<HitRow>`
    ${PREPARED} select document, downloads, likes, trending from (
      select ordinal, tier, ${sql.ref(column)} as sorted, hub_id
      from unnest(${intArray(ordinals.flat())}, ${intArray(tiers.flat())}) as member (ordinal, tier)
      join search.document using (ordinal)
      order by tier, sorted desc nulls last, hub_id limit ${limit} offset ${offset}
    ) as page join search.document using (ordinal) order by tier, sorted desc nulls last, page.hub_id`.execute(db)
  return rows.map(hitOf)
}

/** The documents that exist among the given hub ids. */
export async function documentsOf<Tables>(db: Kysely<Tables>, hubIds: readonly string[]): Promise<SearchDocument[]> {
  const { rows } = await sql<HitRow>`
    select document, downloads, likes, trending from search.document
    where hub_id = any(${[...hubIds]}::text[])`.execute(db)
  return rows.map(hitOf)
}

export function documentsOfRows(rows: readonly HitRow[]): SearchDocument[] {
  return rows.map(hitOf)
}

function hitOf({ document, downloads, likes, trending }: HitRow): SearchDocument {
  return { ...shownDocumentOf(document), downloads: Number(downloads), likes: Number(likes), trendingScore: trending }
}
