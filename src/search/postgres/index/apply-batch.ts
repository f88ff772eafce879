import { type Kysely, sql } from 'kysely'
import type { CounterUpdate, IndexedDocument } from '../../search-document.ts'
import type { SearchBatch } from '../../search-engine.ts'
import { popularityOf } from '../../text/popularity.ts'
import type { TermCache } from './term-cache.ts'
import { TermChanges } from './term-changes.ts'
import { TermNumbers } from './term-ids.ts'
import { termsOf } from './terms.ts'
import { writeDocuments } from './write-documents.ts'
import { deleteReadmes, writeReadmes } from './write-readmes.ts'

interface KnownDocument {
  hub_id: string
  ordinal: number
  facet_terms: number[]
  word_terms: number[]
}

interface State {
  /** The file of the term table, which changes when the table is emptied: term ids are invalid then. */
  epoch: string
  freeOrdinal: number
  freeTermId: number
}

/** Applies a batch, for the only writer, in a transaction of `useIndex`. @returns a function that fills the cache, to call after commit */
export async function applyBatch<Tables>(db: Kysely<Tables>, batch: SearchBatch, cache: TermCache): Promise<() => void> {
  const removals = new Set(batch.removals)
  const upserts = new Map<string, IndexedDocument>()
  for (const document of batch.upserts ?? []) if (!removals.has(document.hubId)) upserts.set(document.hubId, document)

  const state = await stateOf(db)
  cache.startEpoch(state.epoch)
  const numbers = new TermNumbers(cache)
  const numbered = [...upserts.values()].map((document) => {
    const { facets, words, readme } = termsOf(document)
    return { document, facets: numbers.numbersOf(facets), words: numbers.numbersOf(words), readme }
  })
  const { idOf, added, uncached } = await numbers.resolve(db, state.freeTermId)

  const known = await indexedDocuments(db, [...upserts.keys(), ...removals])
  const changes = new TermChanges()
  let { freeOrdinal } = state
  const rows = numbered.map(({ document, facets, words, readme }) => {
    const before = known.get(document.hubId)
    const row = { ordinal: before?.ordinal ?? freeOrdinal++, facet_terms: facets.map(idOf), word_terms: words.map(idOf) }
    changes.replace(row.ordinal, before, row)
    return { ...row, document, readme }
  })
  await writeDocuments(db, rows)
  await writeReadmes(
    db,
    rows.map(({ ordinal, readme }) => ({ ordinal, words: readme })),
  )
  await removeDocuments(db, removals, known, changes)
  await changes.write(db, added)
  await updateCounters(db, batch.counters ?? [])
  return () => cache.add(state.epoch, uncached)
}

async function stateOf<Tables>(db: Kysely<Tables>): Promise<State> {
  const { rows } = await sql<State>`
    select pg_relation_filenode('term')::text as epoch,
      (select coalesce(max(ordinal) + 1, 0) from document) as "freeOrdinal",
      (select coalesce(max(id) + 1, 0) from term) as "freeTermId"`.execute(db)
  return rows[0] ?? { epoch: '', freeOrdinal: 0, freeTermId: 0 }
}

async function indexedDocuments<Tables>(db: Kysely<Tables>, hubIds: readonly string[]): Promise<Map<string, KnownDocument>> {
  if (hubIds.length === 0) return new Map()
  const { rows } = await sql<KnownDocument>`
    select hub_id, ordinal, facet_terms, word_terms from document
    where hub_id = any(${[...hubIds]}::text[])`.execute(db)
  return new Map(rows.map((row) => [row.hub_id, row]))
}

async function removeDocuments<Tables>(
  db: Kysely<Tables>,
  hubIds: ReadonlySet<string>,
  known: ReadonlyMap<string, KnownDocument>,
  changes: TermChanges,
): Promise<void> {
  const gone = [...hubIds].flatMap((hubId) => known.get(hubId) ?? [])
  if (gone.length === 0) return
  for (const document of gone) changes.replace(document.ordinal, document, undefined)
  const ordinals = gone.map(({ ordinal }) => ordinal)
  await sql`delete from document where ordinal = any(${ordinals}::int[])`.execute(db)
  await deleteReadmes(db, ordinals)
}

async function updateCounters<Tables>(db: Kysely<Tables>, given: readonly CounterUpdate[]): Promise<void> {
  if (given.length === 0) return
  const updates = [...new Map(given.map((update) => [update.hubId, update])).values()]
  await sql`
    update document
    set downloads = given.downloads, likes = given.likes, trending = given.trending, popularity = given.popularity
    from unnest(
      ${updates.map(({ hubId }) => hubId)}::text[], ${updates.map(({ downloads }) => downloads)}::bigint[],
      ${updates.map(({ likes }) => likes)}::bigint[], ${updates.map(({ trendingScore }) => trendingScore)}::float8[],
      ${updates.map(popularityOf)}::int[]
    ) as given (hub_id, downloads, likes, trending, popularity)
    where document.hub_id = given.hub_id`.execute(db)
}
