import { isDeepStrictEqual } from 'node:util'
import type { Kysely } from 'kysely'
import { restingRepos } from '../../catalog/outbox/index-attempts.ts'
import { announcedAmong, searchRows } from '../../catalog/outbox/outbox.ts'
import { sanitizeText } from '../../catalog/repos/sanitize-text.ts'
import type { Database } from '../../catalog/schema.ts'
import type { SearchDocument } from '../search-document.ts'
import type { SearchEngine } from '../search-engine.ts'
import { documentOf } from './to-document.ts'

/** A repo of which search does not have what the catalog has. */
export interface Difference {
  hubId: string
  /** The fields that differ; undefined where there is no document at all. */
  fields: string[] | undefined
}

/**
 * Compares live repos with their documents. What is yet to be indexed is no difference. Repos that have ended several processes
 * are left out while they rest.
 */
export async function differencesAmong(
  db: Kysely<Database>,
  engine: SearchEngine,
  given: readonly string[],
): Promise<Difference[]> {
  const resting = await restingRepos(db)
  const hubIds = given.filter((hubId) => !resting.has(hubId))
  const found = new Map((await engine.documents(hubIds)).map((document) => [document.hubId, document]))
  // Read after the documents, and the outbox after that: what changes meanwhile is in the outbox then.
  const wanted = (await searchRows(db, hubIds)).map(documentOf)
  const differing = wanted.flatMap((document): Difference[] => {
    const present = found.get(document.hubId)
    if (present === undefined) return [{ hubId: document.hubId, fields: undefined }]
    const fields = fieldsThatDiffer(document, present)
    return fields.length === 0 ? [] : [{ hubId: document.hubId, fields }]
  })
  if (differing.length === 0) return []
  const waiting = await announcedAmong(
    db,
    differing.map(({ hubId }) => hubId),
  )
  return differing.filter(({ hubId }) => !waiting.has(hubId))
}

function fieldsThatDiffer(wanted: SearchDocument, present: SearchDocument): string[] {
  const names = Object.keys(wanted) as (keyof SearchDocument)[]
  return names.filter((name) => !isDeepStrictEqual(comparable(wanted[name]), comparable(present[name])))
}

/** An index does not hold all text that the catalog does. */
function comparable(value: SearchDocument[keyof SearchDocument]): unknown {
  if (typeof value === 'string') return sanitizeText(value)
  return Array.isArray(value) ? value.map((text) => sanitizeText(text)) : value
}
