import type { Kysely } from 'kysely'
import { liveCounts, randomLiveHubIds } from '../../catalog/outbox/outbox.ts'
import type { Database } from '../../catalog/schema.ts'
import { CATALOG_KINDS, type CatalogKind } from '../../hub/kinds.ts'
import type { SearchEngine } from '../search-engine.ts'
import { type Difference, differencesAmong } from './differences.ts'
import { refusedRepos } from './refused-documents.ts'
import { SearchSync } from './sync.ts'

export interface IndexCheck {
  index: string
  /** Index settings that somebody had changed, now restored. */
  mended: string[]
  /** `refused`: live repos without a document because indexing failed; they are listed as failures. */
  kinds: { kind: CatalogKind; live: number; refused: number; indexed: number }[]
  sampled: number
  differing: Difference[]
  hasDrifted: boolean
}

const BATCH = 1_000
const ATTEMPTS = 3

/**
 * Compares the index with the catalog: the counts per kind, and the documents of a random sample. Drains the outbox first,
 * because pending changes are no drift. Nor are documents that the engine refuses.
 */
export async function checkIndex(
  db: Kysely<Database>,
  engine: SearchEngine,
  { sample, batchSize }: { sample: number; batchSize: number },
): Promise<IndexCheck> {
  const mended = await engine.prepare()
  const sync = new SearchSync(db, engine, { batchSize })
  await sync.finish()
  const differing: Difference[] = []
  const hubIds = await randomLiveHubIds(db, sample)
  for (let start = 0; start < hubIds.length; start += BATCH) {
    differing.push(...(await differencesAmong(db, engine, hubIds.slice(start, start + BATCH))))
  }
  const refused = await refusedRepos(db)
  let kinds = await countedKinds(db, engine)
  // A crawl may have written between the two counts, so only a lasting difference counts.
  for (let attempt = 1; attempt < ATTEMPTS && kinds.some(isUneven); attempt++) {
    await sync.finish()
    kinds = await countedKinds(db, engine)
  }
  const unexplained = differing.filter(({ hubId }) => !refused.has(hubId))
  return {
    index: await engine.identity(),
    mended,
    kinds,
    sampled: hubIds.length,
    differing: unexplained,
    hasDrifted: unexplained.length > 0 || kinds.some(isUneven),
  }
}

async function countedKinds(db: Kysely<Database>, engine: SearchEngine): Promise<IndexCheck['kinds']> {
  const { facets } = await engine.search({ facets: ['kind'], limit: 0 })
  const live = await liveCounts(db)
  const failed = await refusedRepos(db)
  // A repo that was indexed before it failed still has its old document.
  const indexed = new Set((await engine.documents([...failed.keys()])).map(({ hubId }) => hubId))
  const refused = [...failed].filter(([hubId]) => !indexed.has(hubId)).map(([, kind]) => kind)
  return CATALOG_KINDS.map((kind) => ({
    kind,
    live: live[kind],
    refused: refused.filter((other) => other === kind).length,
    indexed: facets.kind?.[kind] ?? 0,
  }))
}

function isUneven({ live, refused, indexed }: IndexCheck['kinds'][number]): boolean {
  return live - refused !== indexed
}
