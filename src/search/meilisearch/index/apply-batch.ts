import { isDeepStrictEqual } from 'node:util'
import type { Index } from 'meilisearch'
import type { IndexedDocument } from '../../search-document.ts'
import type { BatchVectors, RefusedDocument, SearchBatch } from '../../search-engine.ts'
import { keyOf, PRIMARY_KEY, storedCountersOf, storedDocumentOf } from '../encoding/stored-document.ts'
import type { MeilisearchConnection } from '../server/connection.ts'
import { runTaskOrThrow } from '../server/tasks.ts'
import { embedderNamesOf, vectorsOf } from './vectors.ts'
import { type RefusedEntry, writeDocuments } from './write-documents.ts'

const NDJSON = 'application/x-ndjson'
const OPTIONS = { primaryKey: PRIMARY_KEY }

/**
 * Applies a batch to an index. Meilisearch runs tasks in the order of enqueueing. A kill may leave a batch applied in part;
 * applying it again has the same result. The old version of a refused document is deleted, because it is out of date.
 * @returns the refused documents
 */
export async function applyBatch(
  connection: MeilisearchConnection,
  index: Index,
  { upserts = [], counters = [], removals = [], vectors }: SearchBatch,
): Promise<RefusedDocument[]> {
  const removed = new Set(removals)
  const documents = new Map<string, IndexedDocument>()
  for (const document of upserts) if (!removed.has(document.hubId)) documents.set(document.hubId, document)
  const countersOnly = new Map(counters.map((update) => [update.hubId, update]))
  for (const [hubId, update] of countersOnly) {
    const document = documents.get(hubId)
    if (document === undefined) continue
    documents.set(hubId, { ...document, ...update })
    countersOnly.delete(hubId)
  }

  const hubIds = new Map([...documents.keys(), ...countersOnly.keys()].map((hubId) => [keyOf(hubId), hubId]))
  const refused = [
    ...(await writeWithVectors(connection, index, [...documents.values()], vectors)),
    ...(await writeDocuments(connection, [...countersOnly.values()].map(storedCountersOf), (lines) =>
      index.updateDocumentsFromString(lines, NDJSON, { ...OPTIONS, skipCreation: true }),
    )),
  ]
  const leaving = [...[...removed].map(keyOf), ...refused.map(({ key }) => key)]
  if (leaving.length > 0) await runTaskOrThrow(connection, () => index.deleteDocuments(leaving))
  return refused.map(({ key, reason }) => ({ hubId: hubIds.get(key) ?? key, reason }))
}

/** Refused documents are tried again if another process has changed the embedders of the index meanwhile. */
async function writeWithVectors(
  connection: MeilisearchConnection,
  index: Index,
  documents: readonly IndexedDocument[],
  vectors: BatchVectors | undefined,
): Promise<RefusedEntry[]> {
  if (documents.length === 0) return []
  const embedders = await embedderNamesOf(connection, index)
  const stored = documents.map((document) => ({
    ...storedDocumentOf(document),
    ...vectorsOf(vectors, embedders, document.hubId),
  }))
  const refused = await writeDocuments(connection, stored, (lines) => index.addDocumentsFromString(lines, NDJSON, OPTIONS))
  if (refused.length === 0 || isDeepStrictEqual(embedders, await embedderNamesOf(connection, index))) return refused
  const keys = new Set(refused.map(({ key }) => key))
  const again = documents.filter(({ hubId }) => keys.has(keyOf(hubId)))
  return await writeWithVectors(connection, index, again, vectors)
}
