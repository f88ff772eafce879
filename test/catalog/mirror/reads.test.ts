import { describe, expect, it } from 'vitest'
import { readCollection } from '../../../src/catalog/collections/collection-record.ts'
import { createCatalogCollections } from '../../../src/catalog/mirror/catalog-collections.ts'
import { readRepoJson } from '../../../src/catalog/mirror/repo-json.ts'
import { readRepo } from '../../../src/catalog/repos/record.ts'
import { writeRepos } from '../../../src/catalog/repos/write-page.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { hubIdOf } from '../../support/hub/pages.ts'

describe.each(anyCatalogTarget)('what the mirror reads ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)

  async function write(...records: (ReturnType<typeof readRepo> | ReturnType<typeof readCollection>)[]): Promise<void> {
    await writeRepos(
      catalog.connection,
      records.map((record) => {
        if ('reason' in record) throw new Error(record.reason)
        return record
      }),
    )
  }

  it('has each field of a repo once if a column was filled from elsewhere than a value of a wrong type', async () => {
    const cardData = { pipeline_tag: 'text-to-image', library_name: 'diffusers' }
    await write(
      readRepo('model', { _id: hubIdOf(1), id: 'a/b', author: 5, pipeline_tag: ['x'], library_name: '', cardData, x: 1 }),
    )
    const fields = ['author', 'pipeline_tag', 'library_name', 'x']
    const json = (await readRepoJson(catalog.db, [hubIdOf(1)], fields)).get(hubIdOf(1)) ?? ''
    expect(json.match(/"(author|pipeline_tag|library_name)":/g)).toHaveLength(3)
    expect(JSON.parse(json)).toMatchObject({ author: 'a', ...cardData, x: 1 })
  })

  it('reads the items of all collections of a page in as many queries as those of one', async () => {
    const repos = [1, 2, 3, 4].map((number) => ({ _id: hubIdOf(number), id: `a/r${number}` }))
    const items = repos.map(({ id }, position) => ({ _id: hubIdOf(50 + position), type: 'model', id, position }))
    await write(
      ...repos.map((repo) => readRepo('model', repo)),
      ...[11, 12, 13].map((number) => readCollection({ slug: `a/c-${hubIdOf(number)}`, items }, 'list')),
    )
    let queries = 0
    const counted = catalog.db.withPlugin({
      transformQuery: ({ node }) => {
        queries++
        return node
      },
      transformResult: async ({ result }) => result,
    })
    const query = { owners: [], items: undefined, text: '', sort: 'upvotes', after: undefined, limit: 10 } as const
    const page = await createCatalogCollections(counted).list(query)
    expect(page.collections.map((collection) => collection.items.length)).toEqual([4, 4, 4])
    expect([...page.repos.keys()].sort()).toEqual(repos.map((repo) => repo._id))
    expect(queries).toBe(2)
  })
})
