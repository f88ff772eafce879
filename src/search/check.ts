import type { Kysely } from 'kysely'
import { liveCounts, randomLiveHubIds } from '../catalog/outbox.ts'
import type { Database } from '../catalog/schema.ts'
import { REPO_KINDS, type RepoKind } from '../hub/kinds.ts'
import { type Difference, differencesAmong } from './differences.ts'
import type { SearchEngine } from './search-engine.ts'
import { SearchSync } from './sync.ts'

export interface IndexCheck {
  /** The index. */
  index: string
  kinds: { kind: RepoKind; live: number; indexed: number }[]
  /** Repos whose documents were compared. */
  sampled: number
  differing: Difference[]
  hasDrifted: boolean
}

const BATCH = 1_000
const ATTEMPTS = 3

/**
 * Compares the index with the catalogue: how many repos of each kind, and what it holds of some that are taken at random.
 * What waits in the outbox is applied first, since until then the two differ as they should.
 */
export async function checkIndex(
  db: Kysely<Database>,
  engine: SearchEngine,
  { sample, batchSize }: { sample: number; batchSize: number },
): Promise<IndexCheck> {
  const sync = new SearchSync(db, engine, { batchSize })
  await sync.finish()
  const differing: Difference[] = []
  const hubIds = await randomLiveHubIds(db, sample)
  for (let start = 0; start < hubIds.length; start += BATCH) {
    differing.push(...(await differencesAmong(db, engine, hubIds.slice(start, start + BATCH))))
  }
  let kinds = await countedKinds(db, engine)
  // A crawl may have written between the two counts; what keeps differing is no such thing.
  for (let attempt = 1; attempt < ATTEMPTS && kinds.some(isUneven); attempt++) {
    await sync.finish()
    kinds = await countedKinds(db, engine)
  }
  return {
    index: await engine.identity(),
    kinds,
    sampled: hubIds.length,
    differing,
    hasDrifted: differing.length > 0 || kinds.some(isUneven),
  }
}

async function countedKinds(db: Kysely<Database>, engine: SearchEngine): Promise<IndexCheck['kinds']> {
  const { facets } = await engine.search({ facets: ['kind'], limit: 0 })
  const live = await liveCounts(db)
  return REPO_KINDS.map((kind) => ({ kind, live: live[kind], indexed: facets.kind?.[kind] ?? 0 }))
}

function isUneven({ live, indexed }: IndexCheck['kinds'][number]): boolean {
  return live !== indexed
}
