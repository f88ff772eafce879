import { createHash } from 'node:crypto'
import type { Embedders, Index } from 'meilisearch'
import type { EmbedderSpec } from '../../../catalog/embeddings/embedder.ts'
import type { BatchVectors } from '../../search-engine.ts'
import { keyOf, PRIMARY_KEY } from '../encoding/stored-document.ts'
import type { MeilisearchConnection } from '../server/connection.ts'
import { runTaskOrThrow } from '../server/tasks.ts'
import { readHubIds } from './read-documents.ts'

/**
 * The vectors of a document, for Meilisearch. It gets them from hubdex (`userProvided`) and never calls an embedder itself: its
 * tasks fail while an embedder is unreachable, and with them the indexing of words.
 */
export interface StoredVectors {
  _vectors?: Record<string, readonly number[] | null>
}

/** The name of the embedder in an index. Another one has another name, so that its vectors are never mixed up. */
export function embedderNameOf(spec: string): string {
  return `hubdex_${createHash('sha256').update(spec).digest('hex').slice(0, 12)}`
}

/**
 * The vectors of a document. An index refuses documents that do not mention all of its embedders, hence null for those without
 * a vector. That of the batch is mentioned, too, because it may be about to be added to the index.
 * @param embedders the names of those of the index
 */
export function vectorsOf(vectors: BatchVectors | undefined, embedders: readonly string[], hubId: string): StoredVectors {
  const own: [string, readonly number[] | null][] =
    vectors === undefined ? [] : [[embedderNameOf(vectors.spec), vectors.byHubId.get(hubId) ?? null]]
  const all = [...embedders.map((name): [string, null] => [name, null]), ...own]
  return all.length === 0 ? {} : { _vectors: Object.fromEntries(all) }
}

/** The names of the embedders of an index. */
export async function embedderNamesOf(connection: MeilisearchConnection, index: Index): Promise<string[]> {
  return Object.keys(await embeddersOf(connection, index)).sort()
}

/**
 * Makes this the only embedder of an index. All of its documents have to mention it first, and so lose their vectors.
 * @returns whether it was not
 */
export async function applyEmbedder(connection: MeilisearchConnection, embedder: EmbedderSpec): Promise<boolean> {
  const { index } = connection
  const name = embedderNameOf(embedder.spec)
  const current = await embeddersOf(connection, index)
  const own = current[name]
  const isKnown = own?.source === 'userProvided' && own.dimensions === embedder.dimensions
  if (isKnown && Object.keys(current).length === 1) return false
  for await (const hubIds of readHubIds(connection)) {
    const lines = hubIds.map((hubId) => JSON.stringify({ key: keyOf(hubId), _vectors: { [name]: null } })).join('\n')
    if (lines === '') continue
    const options = { primaryKey: PRIMARY_KEY, skipCreation: true }
    await runTaskOrThrow(connection, () => index.updateDocumentsFromString(lines, 'application/x-ndjson', options))
  }
  await addEmbedder(
    connection,
    index,
    embedder,
    Object.keys(current).filter((other) => other !== name),
  )
  return true
}

/** Adds an embedder to an index whose documents mention it, and removes others. */
export async function addEmbedder(
  connection: MeilisearchConnection,
  index: Index,
  { spec, dimensions }: EmbedderSpec,
  removed: readonly string[] = [],
): Promise<void> {
  const embedders = {
    ...Object.fromEntries(removed.map((other) => [other, null])),
    [embedderNameOf(spec)]: { source: 'userProvided', dimensions },
  }
  await runTaskOrThrow(connection, () => index.updateSettings({ embedders: embedders as unknown as Embedders }))
}

interface KnownEmbedder {
  source?: string
  dimensions?: number
}

async function embeddersOf(connection: MeilisearchConnection, index: Index): Promise<Record<string, KnownEmbedder>> {
  const embedders = await connection.ask(() => index.getEmbedders())
  return (embedders ?? {}) as Record<string, KnownEmbedder>
}
