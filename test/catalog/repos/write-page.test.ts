import { beforeEach, describe, expect, it } from 'vitest'
import type { OpenPass } from '../../../src/catalog/passes/pass.ts'
import { createPassStore, type PassStore } from '../../../src/catalog/passes/pass-store.ts'
import { removeRepos } from '../../../src/catalog/passes/removals.ts'
import { LeaseLost } from '../../../src/catalog/processes/lease-owner.ts'
import type { PassScope } from '../../../src/catalog/schema.ts'
import { readPage } from '../../../src/crawl/passes/read-page.ts'
import type { RepoKind } from '../../../src/hub/kinds.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { sendHeartbeat, testOwner } from '../../support/catalog/owners.ts'
import { hubIdOf } from '../../support/hub/pages.ts'

const ENDPOINT = 'http://hub.example'

describe.each(catalogTargets)('writing pages ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let store: PassStore

  beforeEach(async () => {
    store = await storeOf('me')
  })

  /** The store of a process that has sent a heartbeat. */
  async function storeOf(name: string): Promise<PassStore> {
    await sendHeartbeat(catalog, testOwner(name))
    return createPassStore(catalog.connection, testOwner(name))
  }

  async function open(kind: RepoKind = 'model', from = store, scope: PassScope = 'full'): Promise<OpenPass> {
    const pass = await from.openPass({ kind, scope, endpoint: ENDPOINT })
    if ('leasedBy' in pass) throw new Error(`Leased by ${pass.leasedBy}.`)
    if ('restsUntil' in pass) throw new Error(`Rests until ${pass.restsUntil.toISOString()}.`)
    return pass
  }

  /** Writes the items as the only page of a new pass. */
  async function write(items: unknown[], kind: RepoKind = 'model') {
    const { step, rejected } = await store.writePage(await open(kind), pageOf(items, { kind }))
    return { ...step, rejected }
  }

  function pageOf(
    items: unknown[],
    given: { kind?: RepoKind; previousCursor?: string | null; cursor?: string | null; includePrivate?: boolean } = {},
  ) {
    const { kind = 'model', previousCursor = null, cursor = null, includePrivate = false } = given
    return readPage({ kind, items, previousCursor, cursor, requests: 1, includePrivate })
  }

  it('shows a tag that a repo repeats once in repo_tags, and as sent in tags', async () => {
    await write([{ _id: hubIdOf(1), id: 'a/one', tags: ['gguf', 'en', 'gguf'] }])
    expect(await catalog.rows('select tag from repo_tags order by tag')).toEqual([{ tag: 'en' }, { tag: 'gguf' }])
    expect(await catalog.rows('select tags from models')).toEqual([{ tags: ['gguf', 'en', 'gguf'] }])
  })

  it('shows a new repo in the view of its kind, with counters, and enqueues it for search', async () => {
    const result = await write([{ _id: hubIdOf(1), id: 'a/one', likes: 3, downloads: 5, tags: ['license:mit'] }])
    expect(result).toMatchObject({ inserted: 1, updated: 0, unchanged: 0, rejected: [] })
    expect(await catalog.rows('select id, author, likes, downloads, license from models')).toEqual([
      { id: 'a/one', author: 'a', likes: '3', downloads: '5', license: 'mit' },
    ])
    expect(await catalog.rows('select hub_id, counters_only from catalog.search_outbox')).toEqual([
      { hub_id: hubIdOf(1), counters_only: false },
    ])
  })

  it('writes nothing for an unchanged page', async () => {
    const items = [
      { _id: hubIdOf(1), id: 'a/one', likes: 3, tags: ['x'] },
      { _id: hubIdOf(2), id: 'a/two' },
    ]
    await write(items)
    const before = await rowVersions()
    expect(await write(items)).toMatchObject({ inserted: 0, updated: 0, unchanged: 2 })
    expect(await rowVersions()).toEqual(before)
  })

  it('updates counters without writing the repo, and enqueues only that', async () => {
    await write([{ _id: hubIdOf(1), id: 'a/one', likes: 3, downloads: 10 }])
    const [before] = await catalog.rows('select xmin::text from catalog.repos')
    await catalog.rows('truncate catalog.search_outbox')
    expect(await write([{ _id: hubIdOf(1), id: 'a/one', likes: 4 }])).toMatchObject({ updated: 0, unchanged: 1 })
    expect(await catalog.rows('select xmin::text from catalog.repos')).toEqual([before])
    // A counter that is missing once keeps its last value.
    expect(await catalog.rows('select likes, downloads from models')).toEqual([{ likes: '4', downloads: '10' }])
    expect(await catalog.rows('select counters_only from catalog.search_outbox')).toEqual([{ counters_only: true }])
  })

  it('keeps values that a payload leaves out and no repo loses, and when its last change was first seen', async () => {
    const repo = { _id: hubIdOf(1), id: 'a/one', sha: 'f'.repeat(40), lastModified: '2024-02-19T11:06:12.000Z' }
    await write([{ ...repo, disabled: true }])
    await catalog.rows(`update catalog.repos set modified_seen_at = '2024-02-20'`)
    const seen = async () => (await catalog.value('select modified_seen_at from catalog.repos')) as Date
    const before = await seen()
    await write([{ _id: hubIdOf(1), id: 'a/one' }])
    expect(await catalog.rows('select sha, disabled, last_modified from models')).toEqual([
      { sha: repo.sha, disabled: true, last_modified: new Date(repo.lastModified) },
    ])
    await write([{ ...repo, disabled: false, gated: 'auto' }])
    expect(await seen()).toEqual(before)
    await write([{ ...repo, lastModified: '2024-02-21T00:00:00.000Z' }])
    expect((await seen()).getTime()).toBeGreaterThan(before.getTime())
  })

  it('treats a repo as private until a payload says that it is public', async () => {
    const repo = { _id: hubIdOf(1), id: 'a/one' }
    await store.writePage(await open(), pageOf([{ ...repo, private: true }], { includePrivate: true }))
    await write([{ ...repo, sha: 'new' }])
    expect(await catalog.rows('select private, sha from models')).toEqual([{ private: true, sha: 'new' }])
    await removeRepos(catalog.db, [hubIdOf(1)], 'private')
    expect(await write([{ ...repo, likes: 3 }])).toMatchObject({ inserted: 0, updated: 0, unchanged: 1 })
    expect(await catalog.rows('select removed_cause, likes from repos')).toEqual([{ removed_cause: 'private', likes: null }])
    expect(await write([{ ...repo, private: false }])).toMatchObject({ updated: 1 })
    expect(await catalog.rows('select private from models')).toEqual([{ private: false }])
  })

  it('keeps the row of a renamed repo, and its old name as an alias', async () => {
    await write([{ _id: hubIdOf(1), id: 'old/name' }])
    expect(await write([{ _id: hubIdOf(1), id: 'new/Name' }])).toMatchObject({ inserted: 0, updated: 1 })
    expect(await catalog.rows('select id from models')).toEqual([{ id: 'new/Name' }])
    expect(await catalog.rows('select alias, id from repo_aliases')).toEqual([{ alias: 'old/name', id: 'new/Name' }])
  })

  it('treats a new repo under the old name of another as another repo', async () => {
    await write([{ _id: hubIdOf(1), id: 'a/name' }])
    await write([
      { _id: hubIdOf(1), id: 'a/moved' },
      { _id: hubIdOf(2), id: 'a/name' },
    ])
    expect(await catalog.rows('select hub_id, id from models order by hub_id')).toEqual([
      { hub_id: hubIdOf(1), id: 'a/moved' },
      { hub_id: hubIdOf(2), id: 'a/name' },
    ])
  })

  it('follows a hub id that a server shows as another kind, with its counters', async () => {
    const repo = { _id: hubIdOf(1), id: 'a/one', likes: 3 }
    await write([repo])
    await write([repo], 'dataset')
    expect(await catalog.rows('select id, likes from datasets')).toEqual([{ id: 'a/one', likes: '3' }])
    expect(await catalog.rows('select kind, likes from catalog.repo_counters')).toEqual([{ kind: 'dataset', likes: '3' }])
  })

  it('counts a repo that a page shows twice once, with its last item', async () => {
    const result = await write([
      { _id: hubIdOf(1), id: 'a/one', likes: 1 },
      { _id: hubIdOf(1), id: 'a/one', likes: 2 },
    ])
    expect(result.inserted).toBe(1)
    expect(await catalog.value('select likes from models')).toBe('2')
  })

  it('rejects an invalid item and stores the rest of the page', async () => {
    const result = await write([null, { _id: hubIdOf(1), id: 'a/one' }, { id: '' }, 'text'])
    expect(result.inserted).toBe(1)
    expect(result.rejected).toHaveLength(3)
    expect(await catalog.value('select rejected from passes')).toBe('3')
  })

  it('rejects a row that Postgres refuses and stores the rest of the page', async () => {
    // A constraint stands for what a future Postgres may refuse: the reader rejects everything that is known.
    await catalog.rows(`alter table catalog.repos add constraint odd check (id <> 'a/poison')`)
    try {
      const items = Array.from({ length: 20 }, (_, index) => ({
        _id: hubIdOf(index),
        id: index === 7 ? 'a/poison' : `a/${index}`,
      }))
      const result = await write(items)
      expect(result.inserted).toBe(19)
      expect(result.rejected).toEqual([{ hubId: hubIdOf(7), reason: expect.stringContaining('a/poison') }])
      expect(await catalog.value('select count(*) from models')).toBe('19')
    } finally {
      await catalog.rows('alter table catalog.repos drop constraint odd')
    }
  })

  it('stores hostile payloads: NUL, lone surrogates, emoji, huge ids, every field of a wrong type', async () => {
    const result = await write([
      { _id: hubIdOf(1), id: 'a/\0', tags: ['\ud800', '🤗'], cardData: { '\0': '\udfff' } },
      { _id: hubIdOf(2), id: `a/${'x'.repeat(300)}`, description: 'مرحبا' },
      {
        _id: 3,
        id: 'a b/c',
        author: {},
        tags: 'x',
        likes: 'many',
        createdAt: 5,
        gated: [],
        cardData: 'text',
        siblings: 1,
      },
    ])
    expect(result).toMatchObject({ inserted: 3, rejected: [] })
    expect(await catalog.value(`select payload->>'likes' from models where id = 'a b/c'`)).toBe('many')
  })

  it('stores the pass, its cursor and its counts together with the rows', async () => {
    const pass = await open()
    await store.writePage(pass, pageOf([{ _id: hubIdOf(1), id: 'a/one' }], { cursor: 'next' }))
    expect(await open()).toMatchObject({ passId: pass.passId, cursor: 'next', pages: 1, repos: 1, resumed: true })
    await store.writePage(pass, pageOf([{ _id: hubIdOf(2), id: 'a/two' }], { previousCursor: 'next' }))
    expect(await store.readPass(pass.passId)).toMatchObject({ state: 'complete', pages: 2, repos: 2, inserted: 2 })
    expect((await open()).passId).not.toBe(pass.passId)
  })

  it('counts a page once if it is written again because its commit was in doubt', async () => {
    const pass = await open()
    const page = pageOf([{ _id: hubIdOf(1), id: 'a/one' }], { cursor: 'next' })
    const counts = { pages: 1, repos: 1, inserted: 1, unchanged: 0, requests: 1 }
    expect(await store.writePage(pass, page)).toMatchObject({ counts })
    expect(await store.writePage(pass, page)).toMatchObject({ counts })
    expect(await store.readPass(pass.passId)).toMatchObject(counts)
  })

  it('inserts new repos that two passes show at once in different orders by one of them, without a failed try', async () => {
    // A rollback does not take back the number of a sequence.
    await catalog.rows(`
      create sequence inserts;
      create function count_insert() returns trigger language plpgsql
        as 'begin perform nextval(''inserts''); return null; end';
      create trigger count_inserts before insert on catalog.repos execute function count_insert()`)
    try {
      for (let round = 1; round <= 5; round++) {
        const items = Array.from({ length: 100 }, (_, index) => ({ _id: hubIdOf(1000 * round + index), id: `a/${index}` }))
        const [full, recent] = [await open(), await open('model', store, 'recent')]
        const pages = [store.writePage(full, pageOf(items)), store.writePage(recent, pageOf(items.toReversed()))]
        const written = await Promise.all(pages)
        expect(written.map(({ step }) => step.inserted).sort()).toEqual([0, 100])
        expect(await catalog.value('select last_value from inserts')).toBe(String(round))
      }
    } finally {
      await catalog.rows('drop function count_insert cascade; drop sequence inserts')
    }
  })

  it('leaves a pass to the living process that walks it', async () => {
    await open()
    const other = await (await storeOf('other')).openPass({ kind: 'model', scope: 'full', endpoint: ENDPOINT })
    expect(other).toEqual({ leasedBy: 'me' })
    expect(await open('dataset', await storeOf('other'))).toMatchObject({ resumed: false })
  })

  it('takes over from a process that is dead or without a heartbeat, which then can no longer write', async () => {
    const mine = await open()
    const theirs = await open('model', createPassStore(catalog.connection, testOwner('other', ['me'])))
    expect(theirs.passId).toBe(mine.passId)
    await expect(store.writePage(mine, pageOf([{ _id: hubIdOf(1), id: 'a/one' }]))).rejects.toThrow(LeaseLost)
    expect(await catalog.value('select count(*) from models')).toBe('0')

    await sendHeartbeat(catalog, testOwner('other'))
    expect(await store.openPass({ kind: 'model', scope: 'full', endpoint: ENDPOINT })).toEqual({ leasedBy: 'other' })
    await catalog.rows(`update catalog.processes set heartbeat_at = now() - interval '61 seconds'`)
    expect((await open()).passId).toBe(mine.passId)
  })

  it('restarts a pass whose cursor is dropped', async () => {
    const pass = await open()
    await store.writePage(pass, pageOf([{ _id: hubIdOf(1), id: 'a/one' }], { cursor: 'next' }))
    await store.rewindPass(pass, { code: 'cursor-refused', text: 'why' })
    expect(await open()).toMatchObject({ passId: pass.passId, cursor: null })
    await store.writePage(pass, pageOf([{ _id: hubIdOf(1), id: 'a/one' }]))
    expect(await store.readPass(pass.passId)).toMatchObject({
      state: 'complete',
      note: { code: 'cursor-refused', text: 'why' },
    })
  })

  async function rowVersions() {
    return await catalog.rows(`select 'r' as source, hub_id, xmin::text from catalog.repos
      union all select 'c', hub_id, xmin::text from catalog.repo_counters order by 1, 2`)
  }
})
