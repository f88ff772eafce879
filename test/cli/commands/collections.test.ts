import { describe, expect, inject, it } from 'vitest'
import { slugOf } from '../../../src/hub-server/collections/slug.ts'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'

const meiliUrl = inject('meiliUrl')

describe.each(anyCatalogTarget)('collections on the command line ($engine)', ({ create }) => {
  const { hub, catalog, environment, crawl } = crawledHub(create, { repos: 400, seed: 11, quota: 0 }, [
    '--stages',
    'card',
    '--stage-requests',
    '2',
  ])
  const run = (...commandLine: string[]) => hubdex(commandLine, environment)
  const json = async (...commandLine: string[]) => JSON.parse((await run(...commandLine, '--json')).stdout)
  const onHub = () => hub.collections.state.collections
  const large = () => {
    const [found] = onHub().filter(({ items }) => items.length > 4)
    if (found === undefined) throw new Error('Expected a collection with more than four items.')
    return found
  }

  it('are part of a crawl of everything, which says how many have items still to read', async () => {
    expect(crawl.stdout).toMatch(/^collections +complete +\d+ +8 /m)
    const due = onHub().filter(({ items }) => items.length >= 4).length - 2
    expect(crawl.stdout).toContain(`${due} collection`)
    expect((await json('status')).dueCollections).toBe(due)
    const crawled = await json('crawl', 'collections')
    expect(crawled).toMatchObject({
      passes: [{ kind: 'collection', state: 'complete', repos: 8 }],
      stages: {},
      dueCollections: 0,
    })
    expect(crawled.passes).toHaveLength(1)
  })

  it('are found by title words, owner and theme, and by their slug', async () => {
    const one = large()
    const [word = ''] = one.title.split(' ')
    const found = await json('search', word, '--kind', 'collections', '--facet', 'author,theme,kind')
    expect(found.hits.map(({ id }: { id: string }) => id)).toContain(slugOf(one))
    expect(found.hits[0]).toMatchObject({ kind: 'collection', title: expect.stringContaining(word) })
    expect(found.facets).toMatchObject({ theme: expect.any(Object), kind: { collection: found.total } })
    expect(Object.keys(found.facets.author)).toContain(one.owner)
    const filtered = await json(
      'search',
      '--kind',
      'collection',
      '--filter',
      `author=${one.owner}`,
      '--filter',
      `theme=${one.theme}`,
    )
    expect(filtered.hits.map(({ id }: { id: string }) => id)).toContain(slugOf(one))
    expect((await json('search', slugOf(one))).hits[0].id).toBe(slugOf(one))
    expect((await json('search', `${hub.url}/collections/${slugOf(one)}`)).hits.map(({ id }: { id: string }) => id)).toEqual([
      slugOf(one),
    ])
    expect(await run('search', '--similar-to', slugOf(one))).toMatchObject({ code: 2 })
  })

  it('are shown with their items, and a repo with the collections that hold it', async () => {
    const one = large()
    const shown = await json('show', slugOf(one))
    expect(shown).toMatchObject({
      kind: 'collection',
      owner: one.owner,
      title: one.title,
      theme: one.theme,
      upvotes: one.upvotes,
    })
    expect(shown.items).toMatchObject({ isComplete: true, items: one.items.map(({ type, id }) => ({ kind: type, id })) })
    const [item] = one.items
    const repo = await json('show', item?.hubId ?? '')
    expect(repo.collections).toContainEqual(expect.objectContaining({ hubId: one.hubId, id: slugOf(one), title: one.title }))
    expect((await run('show', item?.hubId ?? '')).stdout).toMatch(/^collections +in \d+ collections?\n +\S+/m)
    expect((await run('show', `${hub.url}/collections/${slugOf(one)}`)).stdout).toMatch(/^items +\d+ items\n/m)
    expect((await json('show', `nobody/never-seen-${one.hubId}`)).hubId).toBe(one.hubId)
  })

  it('hold a repo under its former name, until another repo has it', async () => {
    const one = large()
    const [item] = one.items.filter(({ type }) => type === 'model')
    if (item === undefined) throw new Error('Expected a model.')
    hub.change.move('model', item.id, 'someone/renamed-to-this')
    await run('crawl', 'models', '--stages', 'none')
    const held = (await json('show', 'someone/renamed-to-this')).collections
    expect(held.map(({ hubId }: { hubId: string }) => hubId)).toContain(one.hubId)
    const rows = await json(
      'sql',
      `select id, hub_id from collection_items where collection_hub_id = '${one.hubId}' and hub_id = '${item.hubId}'`,
    )
    expect(rows).toEqual([{ id: item.id, hub_id: item.hubId }])
  })

  it('of one owner can be crawled alone: changes, items beyond the fourth, and proof of those that are gone', async () => {
    const one = large()
    const own = onHub().filter(({ owner }) => owner === one.owner)
    const [added] = onHub()
      .filter(({ owner }) => owner !== one.owner)
      .flatMap(({ items }) => items)
    hub.collections.delete(one.hubId)
    const { description, theme, gating, position } = one
    const made = hub.collections.create(one.owner, {
      title: 'Made since',
      private: false,
      description,
      theme,
      gating,
      position,
    })
    if (added !== undefined) hub.collections.addItem(made.hubId, { ...added, type: 'model' }, 'New')
    const crawled = await json('crawl', 'collections', '--owner', one.owner.toUpperCase())
    expect(crawled.passes).toMatchObject([
      { kind: 'collection', scope: 'owner', state: 'complete', repos: own.length, inserted: 1, removed: 1, unconfirmed: 0 },
    ])
    expect(await json('sql', `select hub_id from collections where hub_id in ('${one.hubId}', '${made.hubId}')`)).toEqual([
      { hub_id: made.hubId },
    ])
    expect((await json('search', 'made since', '--kind', 'collection')).total).toBe(1)
    expect((await json('show', one.hubId)).removedAt).toEqual(expect.any(String))
    expect(await catalog.value(`select count(*)::int from passes where scope = 'owner'`)).toBe(0)
  })

  it.each([
    [['crawl', '--owner', 'acme']],
    [['crawl', 'models', 'collections', '--owner', 'acme']],
    [['crawl', 'collections', '--owner', 'acme', '--limit', '5']],
    [['crawl', 'collections', '--owner', 'a/b']],
    [['crawl', 'collections', '--owner', '']],
  ])('refuse an owner that makes no sense: %s', async (commandLine) => {
    expect(await run(...commandLine)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--owner') })
  })

  it('are forgotten for good', async () => {
    const [one] = onHub()
    const slug = one === undefined ? '' : slugOf(one)
    expect(await json('forget', slug, '--yes')).toMatchObject({ kind: 'collection', id: slug })
    await run('crawl', 'collections')
    expect((await run('show', slug)).code).toBe(1)
    const { hits } = await json('search', '--kind', 'collection', '--limit', '100')
    expect(hits.map(({ id }: { id: string }) => id)).not.toContain(slug)
  })

  it('count in the check, the repair and the rebuild of the index', async () => {
    const checked = await json('index', 'check')
    const live = await catalog.value('select count(*)::int from collections')
    expect(checked.hasDrifted).toBe(false)
    expect(checked.kinds).toContainEqual({ kind: 'collection', live, refused: 0, indexed: live })
    expect((await json('index', 'repair')).mended).toBe(0)
    expect((await run('index', 'rebuild')).code).toBe(0)
    expect((await json('search', '--kind', 'collection', '--limit', '0')).total).toBe(live)
  })

  it.skipIf(meiliUrl === undefined)('are found in Meilisearch, too', async () => {
    const withMeilisearch = {
      ...environment,
      MEILI_URL: meiliUrl ?? '',
      MEILI_API_KEY: inject('meiliKey'),
      HUBDEX_MEILI_INDEX: 'with-collections',
    }
    const fromPostgres = await json('search', '--kind', 'collection', '--facet', 'theme,author')
    expect((await hubdex(['index', 'rebuild'], withMeilisearch)).code).toBe(0)
    const { stdout } = await hubdex(['search', '--kind', 'collection', '--facet', 'theme,author', '--json'], withMeilisearch)
    expect(JSON.parse(stdout)).toMatchObject({ total: fromPostgres.total, facets: fromPostgres.facets })
    expect((await hubdex(['index', 'check'], withMeilisearch)).code).toBe(0)
  })
})
