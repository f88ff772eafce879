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
  let current: SearchEngine
  let nowMs = 0
  let prepared: unknown[]

  beforeEach(async () => {
    catalog = await openTestCatalog(create)
    current = new PostgresSearchEngine(catalog.connection)
    prepared = []
  })
  afterEach(async () => {
    await catalog[Symbol.asyncDispose]()
  })

  /** A program with an index format of its own. */
  const program = (which: 'older' | 'newer') =>
    new ActiveIndexGuard(
      catalog.db,
      delegatingEngine(current, {
        formatVersion: current.formatVersion + (which === 'newer' ? 1 : 0),
        prepare: async (options) => {
          prepared.push(options)
          return await current.prepare(options)
        },
      }),
      () => nowMs,
    )
  const upserts = [searchDocument({ id: 'a/one' })]

  it('is searched but not modified by older programs', async () => {
    await program('newer').apply({ upserts })
    const older = program('older')
    expect((await older.search({ words: 'one' })).total).toBe(1)
    await expect(older.apply({ upserts })).rejects.toMatchObject({ code: 'newer-version' })
    await expect(older.build()).rejects.toMatchObject({ code: 'newer-version' })
    expect(prepared.at(-1)).toEqual({ isReadOnly: true })
    await program('newer').apply({ upserts })
  })

  it('is left alone within a minute by running older programs', async () => {
    const older = program('older')
    await older.apply({ upserts })
    await program('newer').apply({ upserts })
    nowMs += 60_001
    await expect(older.apply({ upserts })).rejects.toMatchObject({ code: 'newer-version' })
  })

  it('is checked for manual changes once per minute by writers', async () => {
    const one = program('older')
    for (let second = 0; second <= 130; second += 10) {
      nowMs = second * 1000
      await one.apply({ upserts })
    }
    expect(prepared).toHaveLength(2)
  })
})
