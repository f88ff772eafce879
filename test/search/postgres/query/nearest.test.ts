import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { adoptEmbedder } from '../../../../src/catalog/embeddings/embedder.ts'
import { createVectorExtension, createVectorIndex } from '../../../../src/catalog/embeddings/vector-extension.ts'
import { DocumentSet } from '../../../../src/search/postgres/bitmap/document-set.ts'
import { PostgresSearchEngine } from '../../../../src/search/postgres/engine.ts'
import { START_SNAPSHOT } from '../../../../src/search/postgres/query/force-index-plans.ts'
import { nearestDocuments } from '../../../../src/search/postgres/query/nearest.ts'
import { openTestCatalog } from '../../../support/catalog/catalog.ts'
import { catalogTargets } from '../../../support/catalog/embedded.ts'
import { manyDocuments } from '../../many-documents.ts'

const SPEC = { spec: 'test', model: 'test', dimensions: 8 }

describe.each(catalogTargets)('the nearest documents ($engine)', ({ create }) => {
  it('are the same by comparison and by the index, whatever share passes the filters', async (context) => {
    await using catalog = await openTestCatalog(create)
    const { db } = catalog
    const extension = await createVectorExtension(db)
    if (extension?.hasIterativeScans !== true) return context.skip('this Postgres does not have pgvector 0.8')
    const documents = manyDocuments(300)
    await new PostgresSearchEngine(catalog.connection).apply({ upserts: documents })
    await adoptEmbedder(db, SPEC)
    await createVectorIndex(db, extension, SPEC.dimensions)
    await sql`
      insert into catalog.embeddings (hub_id, text_hash, vector_hash, vector)
      select hub_id, '', '', array(select sin(ordinal * 7 + place * ordinal) from generate_series(1, 8) as place)
      from search.document`.execute(db)
    const meaning = { spec: 'test', vector: [1, 0.5, 0, -0.5, -1, 0.3, 0.2, 0.1], ratio: 0.5 }
    const { rows } = await sql<{ ordinal: number }>`select ordinal from search.document`.execute(db)
    await db.connection().execute(async (snapshot) => {
      await START_SNAPSHOT.execute(snapshot)
      for (const step of [1, 3, 20]) {
        const among = DocumentSet.of(
          rows.map(({ ordinal }) => ordinal).filter((ordinal) => ordinal % step === 0),
          1,
        )
        const compared = (await nearestDocuments(snapshot, meaning, among)) ?? []
        const indexed = (await nearestDocuments(snapshot, meaning, among, 0)) ?? []
        expect(compared).toHaveLength(Math.min(100, among.count))
        expect(indexed.map(({ ordinal }) => ordinal).filter((ordinal) => !among.has(ordinal))).toEqual([])
        const both = indexed.filter(({ hubId }) => compared.some((document) => document.hubId === hubId))
        expect(both.length).toBeGreaterThanOrEqual(0.9 * compared.length)
        expect(indexed[0]).toEqual(compared[0])
      }
      const { rows: plan } = await sql<Record<string, string>>`
        explain select hub_id from catalog.embeddings
        order by vector::vector(8) <=> '[1,0,0,0,0,0,0,0]'::vector(8) limit 5`.execute(snapshot)
      expect(plan.map((line) => Object.values(line)[0]).join('\n')).toContain('embeddings_nearest')
      expect(await nearestDocuments(snapshot, { ...meaning, spec: 'other' }, DocumentSet.empty(1))).toBeUndefined()
      await sql`rollback`.execute(snapshot)
    })
  })
})
