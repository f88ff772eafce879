import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { ActiveIndexGuard } from '../../../src/search/indexing/active-index-guard.ts'
import { SearchSync } from '../../../src/search/indexing/sync.ts'
import { MeilisearchEngine } from '../../../src/search/meilisearch/engine.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'

const url = inject('meiliUrl')

describe.skipIf(url === undefined)('an index in Meilisearch over a catalog that is being filled', () => {
  let catalog: TestCatalog
  let engine: MeilisearchEngine

  beforeEach(async () => {
    const [kind] = anyCatalogTarget
    if (kind === undefined) throw new Error('There is no catalog to test with.')
    catalog = await openTestCatalog(kind.create)
    engine = new MeilisearchEngine({ url: url ?? '', apiKey: inject('meiliKey'), index: 'followed' })
    await engine.prepare()
    await engine.clear()
  })
  afterEach(async () => {
    await engine.clear()
    await catalog[Symbol.asyncDispose]()
  })

  async function write(first: number, last: number): Promise<void> {
    await sql`
      with written as (
        insert into catalog.repos (hub_id, kind, id, author, content_hash)
        select 'hub-' || n, 'model', 'a/repo-' || n, 'a', md5(n::text)::uuid
        from generate_series(${first}::int, ${last}::int) as n returning hub_id
      )
      insert into catalog.search_outbox (hub_id, counters_only) select hub_id, false from written`.execute(catalog.db)
  }

  it('is followed from the start, whoever has written the first repos before it was asked', async () => {
    await write(1, 50)
    await new SearchSync(catalog.db, new ActiveIndexGuard(catalog.db, engine)).finish()
    expect(await engine.count()).toBe(50)
  })

  it('is not followed where Postgres has some of them, and says what to do', async () => {
    await write(1, 50)
    await new SearchSync(catalog.db, new ActiveIndexGuard(catalog.db, new PostgresSearchEngine(catalog.db))).finish()
    await write(51, 60)
    const late = new SearchSync(catalog.db, new ActiveIndexGuard(catalog.db, engine))
    await expect(late.finish()).rejects.toThrow('hubdex index rebuild')
  })
})
