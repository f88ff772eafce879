import type { Kysely } from 'kysely'
import { readEmbedder } from '../../catalog/embeddings/embedder.ts'
import { deleteEmbeddings, enrollTexts, vectorsAmong } from '../../catalog/embeddings/embeddings.ts'
import type { Database } from '../../catalog/schema.ts'
import type { BatchVectors, SearchBatch, SearchEngine } from '../search-engine.ts'
import { textHashOf } from '../semantic/embedding-text.ts'

/** The vectors to write with the documents of repos. Undefined if the engine takes none, or no embedder was ever used. */
export async function batchVectors(
  db: Kysely<Database>,
  engine: Pick<SearchEngine, 'carriesVectors'>,
  hubIds: readonly string[],
): Promise<BatchVectors | undefined> {
  const embedder = engine.carriesVectors ? await readEmbedder(db) : undefined
  return embedder === undefined ? undefined : { spec: embedder.spec, byHubId: await vectorsAmong(db, hubIds) }
}

/** Makes repos due for embedding whose text has changed, whether or not this process embeds. */
export async function enrollChanged(db: Kysely<Database>, { upserts = [], removals = [] }: SearchBatch): Promise<void> {
  if ((await readEmbedder(db)) === undefined) return
  await enrollTexts(db, upserts.map(textHashOf))
  await deleteEmbeddings(db, removals)
}
