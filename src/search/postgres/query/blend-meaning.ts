import { type Kysely, sql } from 'kysely'
import type { CheckedQuery } from '../../checked-query.ts'
import { isWholeName } from '../../explain.ts'
import { fusedOrder } from '../../fused-order.ts'
import type { SearchDocument } from '../../search-document.ts'
import { MAX_NEAREST, type QueryMeaning } from '../../search-engine.ts'
import { DocumentSet } from '../bitmap/document-set.ts'
import { documentsOf, hitsOf, type Page } from './hits.ts'
import type { Matches } from './matches.ts'
import { type NearDocument, nearestDocuments } from './nearest.ts'

/** Matches by words or by meaning. */
export interface BlendedMatches extends Matches {
  /** Nearest first. */
  nearest: NearDocument[]
  /** How many match by their meaning only. */
  byMeaning: number
}

/** Adds the documents nearest in meaning to those that match the words. Undefined if vectors cannot be compared. */
export async function withNearest<Tables>(
  db: Kysely<Tables>,
  matches: Matches,
  meaning: QueryMeaning,
): Promise<BlendedMatches | undefined> {
  const nearest = await nearestDocuments(db, meaning, matches.filtered)
  if (nearest === undefined) return undefined
  const near = DocumentSet.of(
    nearest.map(({ ordinal }) => ordinal),
    matches.all.blocks,
  )
  return {
    ...matches,
    nearest,
    byMeaning: near.without(matches.all).count,
    all: matches.all.or(near),
    withoutFilter: (field) => matches.withoutFilter(field).or(near),
    withoutRange: (field) => matches.withoutRange(field).or(near),
  }
}

/**
 * One page of the blended ranking. The best matches by words and the nearest in meaning are fused; the other matches by words
 * follow. Repos that the whole text names stay first.
 */
export async function blendedHits<Tables>(
  db: Kysely<Tables>,
  { tiers, nearest, expanded }: BlendedMatches,
  { ratio }: QueryMeaning,
  { limit, offset }: Pick<CheckedQuery, 'limit' | 'offset'>,
): Promise<SearchDocument[]> {
  const best = await hitsOf(db, tiers, 'relevance', { limit: MAX_NEAREST, offset: 0 })
  const named = best.filter((document) => isWholeName(document, expanded)).map(({ hubId }) => hubId)
  const others = (hubIds: readonly string[]) => hubIds.filter((hubId) => !named.includes(hubId))
  const order = [
    ...named,
    ...fusedOrder(others(best.map(({ hubId }) => hubId)), others(nearest.map(({ hubId }) => hubId)), ratio),
  ]
  const page = await documentsInOrder(db, order.slice(offset, offset + limit))
  if (offset + limit <= order.length) return page
  const rest: Page = { limit: limit - page.length, offset: Math.max(0, offset - order.length) }
  return [...page, ...(await hitsOf(db, await withoutDocuments(db, tiers, order), 'relevance', rest))]
}

async function documentsInOrder<Tables>(db: Kysely<Tables>, hubIds: readonly string[]): Promise<SearchDocument[]> {
  const found = new Map((await documentsOf(db, hubIds)).map((document) => [document.hubId, document]))
  return hubIds.flatMap((hubId) => found.get(hubId) ?? [])
}

async function withoutDocuments<Tables>(
  db: Kysely<Tables>,
  tiers: readonly DocumentSet[],
  hubIds: readonly string[],
): Promise<DocumentSet[]> {
  const { rows } = await sql<{ ordinal: number }>`
    select ordinal from search.document where hub_id = any(${[...hubIds]}::text[])`.execute(db)
  const ordinals = rows.map(({ ordinal }) => ordinal)
  return tiers.map((tier) => tier.without(DocumentSet.of(ordinals, tier.blocks))).filter((tier) => tier.count > 0)
}
