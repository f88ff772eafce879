import type { Index } from 'meilisearch'
import type { SearchDocument } from '../search-document.ts'
import type { RefusedDocument, SearchBatch } from '../search-engine.ts'
import type { MeilisearchConnection } from './connection.ts'
import { keyOf, PRIMARY_KEY, storedCountersOf, storedDocumentOf } from './encoding/stored-document.ts'
import { mustPerform } from './tasks.ts'
import { writeDocuments } from './write-documents.ts'

const NDJSON = 'application/x-ndjson'

/**
 * Makes an index reflect a batch. Meilisearch does tasks in the order in which they were handed in, and a batch may be done
 * in part when this is killed; done again it comes to the same. What the index had of a document that is refused goes: it is
 * no longer true.
 *
 * @returns documents that were left out
 */
export async function applyBatch(
  connection: MeilisearchConnection,
  index: Index,
  { upserts = [], counters = [], removals = [] }: SearchBatch,
): Promise<RefusedDocument[]> {
  const removed = new Set(removals)
  const documents = new Map<string, SearchDocument>()
  for (const document of upserts) if (!removed.has(document.hubId)) documents.set(document.hubId, document)
  const moved = new Map(counters.map((update) => [update.hubId, update]))
  for (const [hubId, update] of moved) {
    const document = documents.get(hubId)
    if (document === undefined) continue
    documents.set(hubId, { ...document, ...update })
    moved.delete(hubId)
  }

  const options = { primaryKey: PRIMARY_KEY }
  const hubIds = new Map([...documents.keys(), ...moved.keys()].map((hubId) => [keyOf(hubId), hubId]))
  const refused = [
    ...(await writeDocuments(connection, [...documents.values()].map(storedDocumentOf), (lines) =>
      index.addDocumentsFromString(lines, NDJSON, options),
    )),
    ...(await writeDocuments(connection, [...moved.values()].map(storedCountersOf), (lines) =>
      index.updateDocumentsFromString(lines, NDJSON, { ...options, skipCreation: true }),
    )),
  ]
  const leaving = [...[...removed].map(keyOf), ...refused.map(({ key }) => key)]
  if (leaving.length > 0) await mustPerform(connection, () => index.deleteDocuments(leaving))
  return refused.map(({ key, reason }) => ({ hubId: hubIds.get(key) ?? key, reason }))
}
