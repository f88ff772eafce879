import { isDeepStrictEqual } from 'node:util'
import type { Kysely } from 'kysely'
import { reposInBackoff } from '../../catalog/outbox/index-attempts.ts'
import { enqueuedAmong } from '../../catalog/outbox/outbox.ts'
import { sanitizeText } from '../../catalog/repos/sanitize-text.ts'
import type { Database } from '../../catalog/schema.ts'
import type { IndexedDocument, SearchDocument } from '../search-document.ts'
import type { SearchEngine } from '../search-engine.ts'
import { readDocuments } from './read-documents.ts'

/** A repo whose search document differs from the catalog. */
export interface Difference {
  hubId: string
  /** The fields that differ; undefined if there is no document. */
  fields: string[] | undefined
}

/** Compares live repos with their documents, except repos that are in the outbox or in backoff after process deaths. */
export async function differencesAmong(
  db: Kysely<Database>,
  engine: SearchEngine,
  given: readonly string[],
): Promise<Difference[]> {
  const inBackoff = await reposInBackoff(db)
  const hubIds = given.filter((hubId) => !inBackoff.has(hubId))
  const indexed = new Map((await engine.documents(hubIds)).map((document) => [document.hubId, document]))
  // Documents first, then rows, then the outbox: what changes meanwhile is in the outbox by then.
  const expected = await readDocuments(db, hubIds)
  const differing = expected.flatMap((document): Difference[] => {
    const found = indexed.get(document.hubId)
    if (found === undefined) return [{ hubId: document.hubId, fields: undefined }]
    const fields = fieldsThatDiffer(document, found)
    return fields.length === 0 ? [] : [{ hubId: document.hubId, fields }]
  })
  if (differing.length === 0) return []
  const enqueued = await enqueuedAmong(
    db,
    differing.map(({ hubId }) => hubId),
  )
  return differing.filter(({ hubId }) => !enqueued.has(hubId))
}

/** The digest stands for the words of the README, which are never read back. */
function fieldsThatDiffer({ readmeWords: _, ...expected }: IndexedDocument, found: SearchDocument): string[] {
  const names = Object.keys(expected) as (keyof SearchDocument)[]
  return names.filter((name) => !isDeepStrictEqual(comparable(expected[name]), comparable(found[name])))
}

/** An index cannot store all text that the catalog can. */
function comparable(value: SearchDocument[keyof SearchDocument]): unknown {
  if (typeof value === 'string') return sanitizeText(value)
  return Array.isArray(value) ? value.map((text) => sanitizeText(text)) : value
}
