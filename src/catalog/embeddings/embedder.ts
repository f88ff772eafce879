import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'

/** The name under which texts that could not be embedded are listed as failures. */
export const EMBED_TASK = 'embed'

/** What the vectors of a catalog come from. */
export interface EmbedderSpec {
  /** Everything that the vectors depend on. */
  spec: string
  model: string
  dimensions: number
}

/** The embedder of a catalog, and its last failure. */
export interface StoredEmbedder extends EmbedderSpec {
  adoptedAt: Date
  /** All live repos up to this hub id have been enrolled; null once all have. */
  scannedUntil: string | null
  errorCode: string | null
  errorText: string | null
  errorAt: Date | null
}

/** Undefined if no text of this catalog was ever embedded. */
export async function readEmbedder<Tables>(db: Kysely<Tables>): Promise<StoredEmbedder | undefined> {
  const { rows } = await sql<StoredEmbedder>`
    select spec, model, dimensions, adopted_at as "adoptedAt", scanned_until as "scannedUntil", error_code as "errorCode",
      error_text as "errorText", error_at as "errorAt"
    from catalog.embedder`.execute(db)
  return rows[0]
}

/** Makes this the embedder of the catalog. Deletes all vectors of another. @returns whether it was another */
export async function adoptEmbedder(db: Kysely<Database>, { spec, model, dimensions }: EmbedderSpec): Promise<boolean> {
  return await db.transaction().execute(async (transaction) => {
    const { numAffectedRows = 0n } = await sql`
      insert into catalog.embedder as e (spec, model, dimensions, scanned_until)
      values (${spec}, ${model}, ${dimensions}, '')
      on conflict (only_row) do update set spec = excluded.spec, model = excluded.model, dimensions = excluded.dimensions,
        adopted_at = now(), scanned_until = '', error_code = null, error_text = null, error_at = null
      where e.spec <> excluded.spec`.execute(transaction)
    if (numAffectedRows === 0n) return false
    await sql`truncate catalog.embeddings`.execute(transaction)
    // The index is of vectors with another number of dimensions.
    await sql`drop index if exists catalog.embeddings_nearest`.execute(transaction)
    await sql`delete from catalog.failures where task = ${EMBED_TASK}`.execute(transaction)
    return true
  })
}

/** Stores how far the live repos have been enrolled; null when all have. */
export async function recordScan(db: Kysely<Database>, spec: string, scannedUntil: string | null): Promise<void> {
  await sql`update catalog.embedder set scanned_until = ${scannedUntil} where spec = ${spec}`.execute(db)
}

/** Stores why the embedder fails, or that it works; the status shows it. */
export async function recordEmbedderState(
  db: Kysely<Database>,
  spec: string,
  error: { code: string; text: string } | undefined,
): Promise<void> {
  if (error === undefined) {
    await sql`
      update catalog.embedder set error_code = null, error_text = null, error_at = null
      where spec = ${spec} and error_code is not null`.execute(db)
  } else {
    await sql`
      update catalog.embedder set error_code = ${error.code}, error_text = ${error.text}, error_at = now()
      where spec = ${spec}`.execute(db)
  }
}
