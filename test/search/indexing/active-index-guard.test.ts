import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ActiveIndexGuard } from '../../../src/search/indexing/active-index-guard.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import type { SearchEngine } from '../../../src/search/search-engine.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { delegatingEngine } from '../delegating-engine.ts'
import { searchDocument } from '../search-document.ts'

describe.each(anyCatalogTarget)('an index during an upgrade ($engine)', ({ create }) => {
  let catalog: TestCatalog
  let present: SearchEngine
  let nowMs = 0
  let asked: unknown[]

  beforeEach(async () => {
    catalog = await openTestCatalog(create)
    present = new PostgresSearchEngine(catalog.db)
    asked = []
  })
  afterEach(async () => {
    await catalog[Symbol.asyncDispose]()
  })

  /** A program that keeps indexes in its own way. */
  const program = (which: 'older' | 'newer') =>
    new ActiveIndexGuard(
      catalog.db,
      delegatingEngine(present, {
        version: present.version + (which === 'newer' ? 1 : 0),
        prepare: async (options) => {
          asked.push(options)
          return await present.prepare(options)
        },
      }),
      () => nowMs,
    )
  const upserts = [searchDocument({ id: 'a/one' })]

  it('is searched by older programs, which write nothing to it and say why', async () => {
    await program('newer').apply({ upserts })
    const older = program('older')
    expect((await older.search({ words: 'one' })).total).toBe(1)
    await expect(older.apply({ upserts })).rejects.toThrow(/kept by a newer hubdex .* Upgrade this process/)
    await expect(older.build()).rejects.toThrow(/kept by a newer hubdex/)
    expect(asked.at(-1)).toEqual({ changesNothing: true })
    await program('newer').apply({ upserts })
  })

  it('is left alone within a minute by programs that were there before', async () => {
    const older = program('older')
    await older.apply({ upserts })
    await program('newer').apply({ upserts })
    nowMs += 60_001
    await expect(older.apply({ upserts })).rejects.toThrow(/kept by a newer hubdex/)
  })

  it('is looked at again once a minute by who writes, for what was changed by hand', async () => {
    const one = program('older')
    for (let second = 0; second <= 130; second += 10) {
      nowMs = second * 1000
      await one.apply({ upserts })
    }
    expect(asked).toHaveLength(2)
  })
})
