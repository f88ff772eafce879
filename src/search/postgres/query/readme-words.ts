import { type Kysely, sql } from 'kysely'
import type { Term } from '../../expanded-query.ts'
import type { IndexedDocument, SearchDocument } from '../../search-document.ts'

/** The indexed words of the READMEs of some documents, by hub id. Documents without a README have no entry. */
export async function readmeWordsOf<Tables>(
  db: Kysely<Tables>,
  documents: readonly SearchDocument[],
): Promise<Map<string, Pick<IndexedDocument, 'readmeWords'>>> {
  const hubIds = documents.filter(({ readmeDigest }) => readmeDigest !== null).map(({ hubId }) => hubId)
  if (hubIds.length === 0) return new Map()
  const { rows } = await sql<{ hub_id: string; words: string[] }>`
    select hub_id, tsvector_to_array(words) as words from search.document join search.readme using (ordinal)
    where hub_id = any(${hubIds}::text[])`.execute(db)
  return new Map(rows.map(({ hub_id, words }) => [hub_id, { readmeWords: words }]))
}

/** A term as a `tsquery`. */
export function readmeQueryOf({ value, isPrefix }: Term): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'${isPrefix ? ':*' : ''}`
}
