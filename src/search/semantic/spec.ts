import type { Kysely } from 'kysely'
import { adoptEmbedder, type EmbedderSpec, readEmbedder } from '../../catalog/embeddings/embedder.ts'
import type { Database } from '../../catalog/schema.ts'
import { type Embedder, EmbedderFailure } from './embedder.ts'
import { TEXT_VERSION } from './embedding-text.ts'

/** Everything that the vectors of an embedder depend on. */
function specOf({ model, identity }: Embedder, dimensions: number): EmbedderSpec {
  return { spec: JSON.stringify([TEXT_VERSION, identity, dimensions]), model, dimensions }
}

/** Whether an embedder is the one of stored vectors. */
export function isEmbedderOf({ spec, dimensions }: EmbedderSpec, embedder: Embedder): boolean {
  const hasDimensions = embedder.dimensions === undefined || embedder.dimensions === dimensions
  return hasDimensions && specOf(embedder, dimensions).spec === spec
}

/**
 * Makes an embedder that of the catalog. All texts are embedded again if it is another one, or has another number of dimensions.
 * @throws EmbedderFailure if the number of dimensions is unknown and the embedder does not answer
 */
export async function adoptSpec(db: Kysely<Database>, embedder: Embedder, signal?: AbortSignal): Promise<EmbedderSpec> {
  const dimensions = embedder.dimensions ?? (await embedder.embed(['dimensions'], 'document', signal))[0]?.length ?? 0
  const spec = specOf(embedder, dimensions)
  await adoptEmbedder(db, spec)
  return spec
}

/**
 * Makes sure that the embedder that this process has adopted still is that of the catalog: two processes with different settings
 * must not take turns.
 */
export async function requireSpec(db: Kysely<Database>, adopted: EmbedderSpec): Promise<void> {
  const stored = await readEmbedder(db)
  if (stored?.spec === adopted.spec) return
  throw new EmbedderFailure(
    'superseded',
    `Another process has made ${stored?.model ?? 'no model'} the embedder of this catalog. Give all processes the same settings, ` +
      'and restart this one.',
  )
}
