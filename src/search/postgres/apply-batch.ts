import { type Kysely, sql } from 'kysely'
import { popularityOf } from '../popularity.ts'
import type { CounterUpdate, SearchDocument } from '../search-document.ts'
import type { SearchBatch } from '../search-engine.ts'
import { folded } from './folded.ts'
import { storable } from './storable.ts'
import { TermChanges } from './term-changes.ts'
import { termIdsOf } from './term-ids.ts'
import { facetTermsOf, wordTermsOf } from './terms.ts'

interface IndexedDocument {
  hub_id: string
  ordinal: number
  facet_terms: number[]
  word_terms: number[]
}

/** Makes the index reflect a batch. To be run in a transaction by the only writer. */
export async function applyBatch<Tables>(db: Kysely<Tables>, batch: SearchBatch): Promise<void> {
  const removals = new Set(batch.removals)
  const upserts = new Map<string, SearchDocument>()
  for (const document of batch.upserts ?? []) if (!removals.has(document.hubId)) upserts.set(document.hubId, document)

  const known = await indexedDocuments(db, [...upserts.keys(), ...removals])
  const changes = new TermChanges()
  await writeDocuments(db, [...upserts.values()], known, changes)
  await removeDocuments(db, removals, known, changes)
  await changes.write(db)
  await updateCounters(db, batch.counters ?? [])
}

async function indexedDocuments<Tables>(
  db: Kysely<Tables>,
  hubIds: readonly string[],
): Promise<Map<string, IndexedDocument>> {
  if (hubIds.length === 0) return new Map()
  const { rows } = await sql<IndexedDocument>`
    select hub_id, ordinal, facet_terms, word_terms from search.document
    where hub_id = any(${[...hubIds]}::text[])`.execute(db)
  return new Map(rows.map((row) => [row.hub_id, row]))
}

async function writeDocuments<Tables>(
  db: Kysely<Tables>,
  documents: readonly SearchDocument[],
  known: ReadonlyMap<string, IndexedDocument>,
  changes: TermChanges,
): Promise<void> {
  if (documents.length === 0) return
  const facetTerms = await termIdsOf(db, documents.map(facetTermsOf))
  const wordTerms = await termIdsOf(db, documents.map(wordTermsOf))
  let nextOrdinal = await firstFreeOrdinal(db)
  const rows = documents.map((document, index) => {
    const before = known.get(document.hubId)
    const ordinal = before?.ordinal ?? nextOrdinal++
    const after = { facet_terms: facetTerms[index] ?? [], word_terms: wordTerms[index] ?? [] }
    changes.replace(ordinal, before, after)
    return { ordinal, ...after, ...columnsOf(document) }
  })
  await sql`
    insert into search.document
    select * from json_populate_recordset(null::search.document, ${JSON.stringify(rows)}::json)
    on conflict (ordinal) do update set
      name = excluded.name, popularity = excluded.popularity, trending = excluded.trending,
      downloads = excluded.downloads, likes = excluded.likes, created = excluded.created, modified = excluded.modified,
      parameters = excluded.parameters, facet_terms = excluded.facet_terms, word_terms = excluded.word_terms,
      document = excluded.document`.execute(db)
}

async function firstFreeOrdinal<Tables>(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{
    next: number
  }>`select coalesce(max(ordinal) + 1, 0) as next from search.document`.execute(db)
  return rows[0]?.next ?? 0
}

function columnsOf(document: SearchDocument) {
  const { downloads, likes, trendingScore, ...shown } = document
  return {
    hub_id: document.hubId,
    name: storable(folded(document.id.slice(document.id.lastIndexOf('/') + 1))),
    popularity: popularityOf(document),
    trending: trendingScore,
    downloads,
    likes,
    created: document.createdAt,
    modified: document.lastModified,
    parameters: document.parameters,
    document: shown,
  }
}

async function removeDocuments<Tables>(
  db: Kysely<Tables>,
  hubIds: ReadonlySet<string>,
  known: ReadonlyMap<string, IndexedDocument>,
  changes: TermChanges,
): Promise<void> {
  const gone = [...hubIds].flatMap((hubId) => known.get(hubId) ?? [])
  if (gone.length === 0) return
  for (const document of gone) changes.replace(document.ordinal, document, undefined)
  await sql`delete from search.document where ordinal = any(${gone.map(({ ordinal }) => ordinal)}::int[])`.execute(db)
}

async function updateCounters<Tables>(db: Kysely<Tables>, given: readonly CounterUpdate[]): Promise<void> {
  if (given.length === 0) return
  const updates = [...new Map(given.map((update) => [update.hubId, update])).values()]
  await sql`
    update search.document as document
    set downloads = given.downloads, likes = given.likes, trending = given.trending, popularity = given.popularity
    from unnest(
      ${updates.map(({ hubId }) => hubId)}::text[], ${updates.map(({ downloads }) => downloads)}::bigint[],
      ${updates.map(({ likes }) => likes)}::bigint[], ${updates.map(({ trendingScore }) => trendingScore)}::float8[],
      ${updates.map(popularityOf)}::int[]
    ) as given (hub_id, downloads, likes, trending, popularity)
    where document.hub_id = given.hub_id`.execute(db)
}
