import { type Kysely, sql } from 'kysely'

/** What is known of the extension pgvector in a database. */
export interface VectorExtension {
  /** Its schema, which need not be in the search path. */
  schema: string
  /** Whether it has HNSW indexes (0.5 and newer). */
  hasHnsw: boolean
  /** Whether such an index goes on until enough rows pass a filter (0.8 and newer). */
  hasIterativeScans: boolean
}

/** HNSW indexes take vectors up to here. Larger ones are compared one by one. */
const MAX_INDEXED_DIMENSIONS = 2_000

/** Undefined if the extension was not created in the database. */
export async function readVectorExtension<Tables>(db: Kysely<Tables>): Promise<VectorExtension | undefined> {
  const { rows } = await sql<{ schema: string; version: string }>`
    select n.nspname as schema, e.extversion as version
    from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'vector'`.execute(db)
  const [found] = rows
  if (found === undefined) return undefined
  const [major = 0, minor = 0] = found.version.split('.').map(Number)
  return { schema: found.schema, hasHnsw: major > 0 || minor >= 5, hasIterativeScans: major > 0 || minor >= 8 }
}

/** Creates the extension if the server has it and this role may. Undefined if not. */
export async function createVectorExtension<Tables>(db: Kysely<Tables>): Promise<VectorExtension | undefined> {
  const known = await readVectorExtension(db)
  if (known !== undefined) return known
  const { rows } = await sql`select from pg_available_extensions where name = 'vector'`.execute(db)
  if (rows.length === 0) return undefined
  await sql`create extension if not exists vector`.execute(db)
  return await readVectorExtension(db)
}

/** Creates the index of the vectors, unless it exists or they have too many dimensions. */
export async function createVectorIndex<Tables>(
  db: Kysely<Tables>,
  { schema, hasHnsw }: VectorExtension,
  dimensions: number,
): Promise<void> {
  if (!hasHnsw || dimensions > MAX_INDEXED_DIMENSIONS) return
  await sql`
    create index if not exists embeddings_nearest on catalog.embeddings
    using hnsw ((${vectorType(schema, dimensions, sql.ref('vector'))}) ${sql.id(schema, 'vector_cosine_ops')})`.execute(db)
}

/** An expression as a vector of pgvector. The index is of this expression over the column. */
export function vectorType(schema: string, dimensions: number, value: ReturnType<typeof sql>) {
  return sql`${value}::${sql.id(schema, 'vector')}(${sql.raw(String(Math.trunc(dimensions)))})`
}
