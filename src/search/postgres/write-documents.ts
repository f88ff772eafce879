import { type Kysely, sql } from 'kysely'
import { popularityOf } from '../popularity.ts'
import type { SearchDocument } from '../search-document.ts'
import { folded } from './folded.ts'
import { storable } from './storable.ts'

export interface DocumentRow {
  ordinal: number
  facet_terms: readonly number[]
  word_terms: readonly number[]
  document: SearchDocument
}

/**
 * Inserts documents, or overwrites those that have the same ordinals.
 *
 * A parameter a column: one document of JSON for all rows and columns took Postgres twice as long to read.
 */
export async function writeDocuments<Tables>(db: Kysely<Tables>, rows: readonly DocumentRow[]): Promise<void> {
  if (rows.length === 0) return
  const documents = rows.map(({ document }) => document)
  await sql`
    insert into search.document (ordinal, facet_terms, word_terms, hub_id, name, popularity, trending, downloads, likes,
      created, modified, parameters, document)
    select ordinal, facet_terms::int[], word_terms::int[], hub_id, name, popularity, trending, downloads, likes,
      created, modified, parameters, document
    from unnest(
      ${rows.map(({ ordinal }) => ordinal)}::int[], ${rows.map((row) => arrayLiteral(row.facet_terms))}::text[],
      ${rows.map((row) => arrayLiteral(row.word_terms))}::text[], ${documents.map(({ hubId }) => hubId)}::text[],
      ${documents.map(nameOf)}::text[], ${documents.map(popularityOf)}::int[],
      ${documents.map(({ trendingScore }) => trendingScore)}::float8[],
      ${documents.map(({ downloads }) => downloads)}::bigint[], ${documents.map(({ likes }) => likes)}::bigint[],
      ${documents.map(({ createdAt }) => createdAt)}::timestamptz[],
      ${documents.map(({ lastModified }) => lastModified)}::timestamptz[],
      ${documents.map(({ parameters }) => parameters)}::bigint[], ${documents.map(shownOf)}::json[]
    ) as given (ordinal, facet_terms, word_terms, hub_id, name, popularity, trending, downloads, likes, created, modified,
      parameters, document)
    on conflict (ordinal) do update set
      name = excluded.name, popularity = excluded.popularity, trending = excluded.trending,
      downloads = excluded.downloads, likes = excluded.likes, created = excluded.created, modified = excluded.modified,
      parameters = excluded.parameters, facet_terms = excluded.facet_terms, word_terms = excluded.word_terms,
      document = excluded.document`.execute(db)
}

function arrayLiteral(numbers: readonly number[]): string {
  return `{${numbers.join(',')}}`
}

/** The part of the id after its owner, as it is asked for. */
function nameOf({ id }: SearchDocument): string {
  return storable(folded(id.slice(id.lastIndexOf('/') + 1)))
}

/** What does not have a column of its own, as JSON text. */
function shownOf({ downloads, likes, trendingScore, ...shown }: SearchDocument): string {
  return JSON.stringify(shown)
}
