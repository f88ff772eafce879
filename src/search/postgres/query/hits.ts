import { type Kysely, sql } from 'kysely'
import type { SearchDocument } from '../../search-document.ts'
import type { SearchSort } from '../../search-fields.ts'
import type { DocumentSet } from '../bitmap/document-set.ts'
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

/** Entries of an index that are read in the time of one member, while the documents themselves need not be read. */
const ENTRIES_PER_MEMBER = 4

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
 * One page of the documents of all tiers: tier by tier, within a tier by the sort, then by hub id. Small tiers are fetched
 * whole and together. For a large one, the index of the sort is scanned, where its members are then frequent.
 */
export async function hitsOf<Tables>(
  db: Kysely<Tables>,
  tiers: readonly DocumentSet[],
  sort: SearchSort,
  page: Page,
): Promise<SearchDocument[]> {
  const hits: SearchDocument[] = []
  let { limit, offset } = page
  const maxFetched = cheapestToFetch(tiers, page)
  for (const group of groupsOf(tiers, maxFetched)) {
    if (limit === 0) break
    const size = sizeOf(group)
    if (offset < size) {
      const found = await (size > maxFetched ? scanOrderIndex : fetchByOrdinal)(db, group, COLUMN[sort], {
        limit,
        offset,
      })
      hits.push(...found)
      limit -= found.length
    }
    offset = Math.max(0, offset - size)
  }
  return hits
}

/**
 * The number of members up to which fetching all is cheaper than scanning the index of the sort. To find a page of m members
 * spread evenly among n documents, `n * page / m` index entries have to be read. The two break even where that is m times the
 * entries that take as long as a member.
 */
function cheapestToFetch(tiers: readonly DocumentSet[], { limit, offset }: Page): number {
  return Math.sqrt(((tiers[0]?.capacity ?? 0) * (limit + offset)) / ENTRIES_PER_MEMBER)
}

/** Groups neighboring small tiers, so that they take one statement instead of one each. */
function groupsOf(tiers: readonly DocumentSet[], maxFetched: number): DocumentSet[][] {
  const groups: DocumentSet[][] = []
  for (const tier of tiers) {
    const last = groups.at(-1)
    if (last !== undefined && sizeOf(last) + tier.count <= maxFetched) last.push(tier)
    else groups.push([tier])
  }
  return groups
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
  const bits = group.map((tier) => tier.toBitLiteral())[0]
  const { rows } = await sql<HitRow>`
    select document, downloads, likes, trending from (
      select ordinal, ${sql.ref(column)} as sorted, hub_id from search.document where get_bit(${bits}::varbit, ordinal) = 1
      order by sorted desc nulls last, hub_id limit ${limit} offset ${offset}
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
    select document, downloads, likes, trending from (
      select ordinal, tier, ${sql.ref(column)} as sorted, hub_id
      from unnest(${ordinals.flat()}::int[], ${tiers.flat()}::int[]) as member (ordinal, tier)
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
