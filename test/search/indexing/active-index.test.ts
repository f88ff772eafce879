import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { ActiveIndexGuard } from '../../../src/search/indexing/active-index-guard.ts'
import { SearchSync } from '../../../src/search/indexing/sync.ts'
import { MeilisearchEngine } from '../../../src/search/meilisearch/engine.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { writeEnqueued } from './enqueued-repos.ts'

const url = inject('meiliUrl')

describe.skipIf(url === undefined)('a Meilisearch index for a catalog that is being filled', () => {
  let catalog: TestCatalog
  let engine: MeilisearchEngine

  beforeEach(async () => {
    catalog = await openTestCatalog()
    engine = new MeilisearchEngine({ url: url ?? '', apiKey: inject('meiliKey'), index: 'active' })
    await engine.prepare()
    await engine.clear()
  })
  afterEach(async () => {
    await engine.clear()
    await catalog[Symbol.asyncDispose]()
  })

  it('becomes active while no index has any repo', async () => {
    await writeEnqueued(catalog.db, { last: 50 })
    await new SearchSync(catalog.db, new ActiveIndexGuard(catalog.db, engine)).finish()
    expect(await engine.count()).toBe(50)
  })

  it('does not become active if Postgres has some repos, and is refused with advice', async () => {
    await writeEnqueued(catalog.db, { last: 50 })
    await new SearchSync(catalog.db, new ActiveIndexGuard(catalog.db, new PostgresSearchEngine(catalog.connection))).finish()
    await writeEnqueued(catalog.db, { first: 51, last: 60 })
    const late = new SearchSync(catalog.db, new ActiveIndexGuard(catalog.db, engine))
    await expect(late.finish()).rejects.toMatchObject({ code: 'inactive-index' })
  })
})
