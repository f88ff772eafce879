import { type Kysely, sql } from 'kysely'
import { readEmbedder } from '../../../catalog/embeddings/embedder.ts'
import { readVectorExtension, type VectorExtension, vectorType } from '../../../catalog/embeddings/vector-extension.ts'
import { MAX_NEAREST, type QueryMeaning } from '../../search-engine.ts'
import type { DocumentSet } from '../bitmap/document-set.ts'
import { intArray } from '../bitmap/ordinals.ts'

/** A document whose vector is near that of the query. */
export interface NearDocument {
  ordinal: number
  hubId: string
}

/** Up to so many vectors are compared one by one, which is exact. An index of all finds few of a small share. */
const MAX_COMPARED = 10_000

/** The documents among the given ones that are nearest in meaning, nearest first. Undefined without pgvector or vectors. */
export async function nearestDocuments<Tables>(
  db: Kysely<Tables>,
  { spec, vector }: QueryMeaning,
  among: DocumentSet,
  maxCompared = MAX_COMPARED,
): Promise<NearDocument[] | undefined> {
  const [embedder, extension] = [await readEmbedder(db), await readVectorExtension(db)]
  const isComparable = embedder?.spec === spec && embedder.dimensions === vector.length
  if (extension === undefined || !isComparable) return undefined
  if (among.count === 0) return []
  const distance = distanceTo(vector, extension)
  const isFew = among.count <= maxCompared
  if (!isFew && extension.hasIterativeScans) {
    await sql`
      select set_config('hnsw.ef_search', ${String(MAX_NEAREST)}, true),
        set_config('hnsw.iterative_scan', 'strict_order', true)`.execute(db)
  }
  const { rows } = isFew
    ? await sql<NearDocument>`
        select document.ordinal, document.hub_id as "hubId"
        from unnest(${intArray(among.ordinals())}) as given (ordinal) join search.document using (ordinal)
        join catalog.embeddings e on e.hub_id = document.hub_id
        where e.vector is not null order by (${distance}) + 0, document.hub_id limit ${sql.lit(MAX_NEAREST)}`.execute(db)
    : await sql<NearDocument>`
        select document.ordinal, document.hub_id as "hubId"
        from catalog.embeddings e join search.document on document.hub_id = e.hub_id
        where e.vector is not null and get_bit(${among.toVarbit()}::varbit, document.ordinal) = 1
        order by ${distance} limit ${sql.lit(MAX_NEAREST)}`.execute(db)
  return rows
}

/** The cosine distance, as the index has it. */
function distanceTo(vector: readonly number[], { schema }: VectorExtension) {
  const column = vectorType(schema, vector.length, sql.ref('e.vector'))
  const given = vectorType(schema, vector.length, sql`${JSON.stringify(vector)}`)
  return sql`${column} operator(${sql.id(schema)}.<=>) ${given}`
}
