import { beforeEach, describe, expect, it } from 'vitest'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import type { SearchDocument } from '../../../src/search/search-document.ts'
import type { SearchEngine } from '../../../src/search/search-engine.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { searchDocument } from '../search-document.ts'

describe.each(catalogTargets)('two engines over one index ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let one: SearchEngine
  let other: SearchEngine

  beforeEach(async () => {
    one = new PostgresSearchEngine(catalog.connection)
    other = new PostgresSearchEngine(catalog.connection)
    await one.clear()
  })

  it('find what the other wrote', async () => {
    await one.apply({ upserts: [searchDocument({ id: 'ann/alpha', tags: ['shared'] })] })
    await other.apply({ upserts: [searchDocument({ id: 'bob/beta', tags: ['shared'] })] })
    await one.apply({ upserts: [searchDocument({ id: 'cleo/beta', tags: ['shared'] })] })
    expect(await idsFound('beta')).toEqual(['bob/beta', 'cleo/beta'])
    const { facets } = await other.search({ facets: ['tag'] })
    expect(facets).toEqual({ tag: { shared: 3 } })
  })

  it('do not confuse terms after the other has cleared and refilled the index', async () => {
    await one.apply({ upserts: [searchDocument({ id: 'ann/alpha' })] })
    await other.clear()
    await other.apply({ upserts: [searchDocument({ id: 'bob/beta' })] })
    await one.apply({ upserts: [searchDocument({ id: 'ann/alpha' })] })
    expect(await idsFound('alpha')).toEqual(['ann/alpha'])
    expect(await idsFound('beta')).toEqual(['bob/beta'])
  })

  it('cache nothing of a failed batch', async () => {
    await one.apply({ upserts: [searchDocument({ id: 'ann/alpha' })] })
    const refused: SearchDocument = { ...searchDocument({ id: 'dan/delta' }), downloads: 1e30 }
    await expect(one.apply({ upserts: [refused] })).rejects.toThrow()
    await one.apply({ upserts: [searchDocument({ id: 'eve/epsilon' })] })
    await one.apply({ upserts: [searchDocument({ id: 'dan/delta' })] })
    expect(await idsFound('epsilon')).toEqual(['eve/epsilon'])
    expect(await idsFound('delta')).toEqual(['dan/delta'])
  })

  async function idsFound(words: string): Promise<string[]> {
    const { hits } = await other.search({ words })
    return hits.map((hit) => hit.id).sort()
  }
})
