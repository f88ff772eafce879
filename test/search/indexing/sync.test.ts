import { Kysely, PostgresDialect, sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../../src/catalog/schema.ts'
import { retryFailures } from '../../../src/catalog/stages/failures.ts'
import { checkIndex } from '../../../src/search/indexing/check.ts'
import { repairIndex } from '../../../src/search/indexing/repair.ts'
import { SearchSync } from '../../../src/search/indexing/sync.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import type { SearchEngine } from '../../../src/search/search-engine.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { eventually } from '../../support/eventually.ts'
import { delegatingEngine } from '../delegating-engine.ts'
import { writeEnqueued } from './enqueued-repos.ts'

describe.each(catalogTargets)('search sync ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let engine: SearchEngine

  beforeEach(async () => {
    engine = new PostgresSearchEngine(catalog.connection)
    await engine.clear()
  })

  const write = (first: number, last: number, license: string, likes = 0) =>
    writeEnqueued(catalog.db, { first, last, license, likes })

  const outboxSize = async () => {
    const { rows } = await sql<{ entries: number }>`
      select count(*)::int as entries from catalog.search_outbox`.execute(catalog.db)
    return rows[0]?.entries
  }
  const licenses = async () => (await engine.search({ facets: ['license'] })).facets.license
  const sync = (of: SearchEngine = engine) => new SearchSync(catalog.db, of, { batchSize: 30 })

  it('makes everything in the outbox searchable and empties it', async () => {
    await write(1, 100, 'mit')
    await write(51, 100, 'gpl')
    const one = sync()
    await one.finish()
    expect(await licenses()).toEqual({ mit: 50, gpl: 50 })
    expect(await outboxSize()).toBe(0)
    expect(one.indexed).toBe(150)
  })

  it('runs in the background after a wake', async () => {
    const one = sync()
    await write(1, 10, 'mit')
    one.wake()
    await expect.poll(() => engine.count()).toBe(10)
    await one.finish()
  })

  it('updates counters without rewriting documents', async () => {
    await write(1, 3, 'mit')
    await sync().finish()
    await sql`update catalog.repo_counters set likes = 7 where hub_id = 'hub-2'`.execute(catalog.db)
    await sql`insert into catalog.search_outbox (hub_id, counters_only) values ('hub-2', true)`.execute(catalog.db)
    await sync().finish()
    const { hits } = await engine.search({ sort: 'likes' })
    expect(hits.map((hit) => [hit.id, hit.likes])).toEqual([
      ['a/repo-2', 7],
      ['a/repo-1', 0],
      ['a/repo-3', 0],
    ])
  })

  it('makes READMEs searchable, and notices documents with an old one', async () => {
    await write(1, 3, 'mit')
    const setReadme = (text: string) =>
      sql`
        insert into catalog.cards (hub_id, text, bytes, truncated) values ('hub-2', ${text}, 1, false)
        on conflict (hub_id) do update set text = excluded.text`.execute(catalog.db)
    const found = async (words: string) => (await engine.search({ words })).hits.map((hit) => hit.id)
    await setReadme('# Title\n\nAbout **narwhals** and [kelp](https://example.org/forest).')
    await sync().finish()
    expect(await found('narwhals kelp')).toEqual(['a/repo-2'])
    expect(await found('forest')).toEqual([])
    const check = () => checkIndex(catalog.db, engine, { sample: 10, batchSize: 30 })
    expect(await check()).toMatchObject({ hasDrifted: false })

    await setReadme('About walruses.')
    expect(await check()).toMatchObject({ hasDrifted: true, differing: [{ hubId: 'hub-2', fields: ['readmeDigest'] }] })
    const options = { batchSize: 30, signal: new AbortController().signal, onProgress: () => undefined }
    expect(await repairIndex(catalog.db, engine, options)).toMatchObject({ mended: 1 })
    expect(await found('narwhals')).toEqual([])
    expect(await found('walruses')).toEqual(['a/repo-2'])
  })

  it('removes repos that were removed from the Hub or taken down', async () => {
    await write(1, 3, 'mit')
    await sync().finish()
    await sql`update catalog.repos set removed_at = now() where hub_id = 'hub-1'`.execute(catalog.db)
    await sql`delete from catalog.repos where hub_id = 'hub-2'`.execute(catalog.db)
    await sql`
      insert into catalog.search_outbox (hub_id, counters_only) values ('hub-1', false), ('hub-2', false)`.execute(catalog.db)
    await sync().finish()
    expect((await engine.search({})).hits.map((hit) => hit.id)).toEqual(['a/repo-3'])
  })

  it('leaves the entries of a failed batch and resumes there', async () => {
    await write(1, 100, 'mit')
    let batches = 0
    const failing = delegatingEngine(engine, {
      apply: async (batch) => {
        if (++batches === 3) throw new Error('engine is down')
        return await engine.apply(batch)
      },
    })
    await expect(sync(failing).finish()).rejects.toThrow('engine is down')
    expect(await outboxSize()).toBe(40)
    await sync().finish()
    expect(await engine.count()).toBe(100)
  })

  it('does not restore a repo that was taken down after it was read ahead, even if killed right then', async () => {
    await write(1, 60, 'mit')
    let [batches, reads] = [0, 0]
    const dialect = new PostgresDialect({ pool: catalog.connection.pool })
    const watched = new Kysely<Database>({
      dialect,
      log: ({ query }) => {
        if (query.sql.includes('formerNames')) reads++
      },
    })
    const slow = delegatingEngine(engine, {
      apply: async (batch) => {
        if (++batches === 1) {
          await eventually(() => expect(reads).toBe(2))
          await sql`delete from catalog.repos where hub_id = 'hub-50'`.execute(catalog.db)
          await sql`insert into catalog.search_outbox (hub_id, counters_only) values ('hub-50', false)`.execute(catalog.db)
          await sync().finish()
        }
        await engine.apply(batch)
        if (batches === 2) throw new Error('killed')
        return []
      },
    })
    await expect(new SearchSync(watched, slow, { batchSize: 30 }).finish()).rejects.toThrow('killed')
    expect(await engine.documents(['hub-50'])).toEqual([])
  })

  it('records refused documents as failures until they are accepted', async () => {
    await write(1, 3, 'mit')
    const picky = delegatingEngine(engine, {
      apply: async (batch) => {
        await engine.apply({ ...batch, upserts: batch.upserts?.filter(({ hubId }) => hubId !== 'hub-2') ?? [] })
        return [{ hubId: 'hub-2', reason: 'no such thing' }]
      },
    })
    await sync(picky).finish()
    const failures = () => sql`select task, hub_id, cause, answer from catalog.failures`.execute(catalog.db)
    expect((await failures()).rows).toEqual([{ task: 'index', hub_id: 'hub-2', cause: 'refused', answer: 'no such thing' }])
    const check = await checkIndex(catalog.db, engine, { sample: 10, batchSize: 10 })
    expect(check).toMatchObject({ hasDrifted: false, kinds: [{ live: 3, refused: 1, indexed: 2 }, {}, {}, {}] })

    await sync().finish()
    expect((await failures()).rows).toHaveLength(1)
    await retryFailures(catalog.db, { task: 'index' })
    await sync().finish()
    expect((await failures()).rows).toEqual([])
    expect(await engine.count()).toBe(3)
  })

  it('leaves an entry that appears with a lower number while a batch is applied', async () => {
    await write(1, 1, 'mit')
    const late = sql`
      insert into catalog.search_outbox (seq, hub_id, counters_only) overriding system value values (0, 'hub-9', false)`
    const entriesLeft: unknown[] = []
    const watched = delegatingEngine(engine, {
      apply: async (batch) => {
        if (entriesLeft.length === 0) await late.execute(catalog.db)
        const refused = await engine.apply(batch)
        entriesLeft.push(await outboxSize())
        return refused
      },
    })
    await sync(watched).finish()
    expect(entriesLeft).toEqual([2, 1])
  })

  it('ends with the last state if one sync applies rows that are older than those of another', async () => {
    await write(1, 20, 'old')
    let overtaken = false
    const slow = delegatingEngine(engine, {
      apply: async (batch) => {
        // Between reading and applying, the rows change, and another sync applies them and empties the outbox.
        if (!overtaken) {
          overtaken = true
          await write(1, 20, 'new', 5)
          await sync().finish()
        }
        return await engine.apply(batch)
      },
    })
    await sync(slow).finish()
    expect(await licenses()).toEqual({ new: 20 })
    expect((await engine.search({})).hits.every((hit) => hit.likes === 5)).toBe(true)
    expect(await outboxSize()).toBe(0)
  })

  it('can run twice beside a writer', async () => {
    const [one, two] = [sync(), sync()]
    for (const license of ['a', 'b', 'c', 'd']) {
      await write(1, 60, license)
      one.wake()
      two.wake()
    }
    await Promise.all([one.finish(), two.finish()])
    expect(await licenses()).toEqual({ d: 60 })
    expect(await outboxSize()).toBe(0)
  })
})
