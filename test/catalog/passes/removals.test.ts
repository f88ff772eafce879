import { sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import { createRemovalStore } from '../../../src/catalog/passes/removal-store.ts'
import { collectMissing, removeRepos } from '../../../src/catalog/passes/removals.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { hubIdOf, PageWriter } from '../../support/hub/pages.ts'

describe.each(catalogTargets)('removals ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let hub: PageWriter

  beforeEach(() => {
    hub = new PageWriter(catalog)
  })

  const repo = (number: number) => ({ _id: hubIdOf(number), id: `a/repo-${number}`, likes: number })
  const candidates = () => catalog.rows('select hub_id from catalog.removal_candidates order by hub_id')

  it('have as candidates the repos that a complete full pass has missed', async () => {
    await hub.fullPass([repo(1), repo(2), repo(3)])
    expect(await candidates()).toEqual([])
    await hub.fullPass([repo(1), repo(3)])
    expect(await candidates()).toEqual([{ hub_id: hubIdOf(2) }])
  })

  it('drop candidates that a later pass has seen', async () => {
    await hub.fullPass([repo(1), repo(2)])
    await hub.fullPass([repo(1)])
    await hub.fullPass([repo(1), repo(2)])
    expect(await candidates()).toEqual([])
  })

  it('have no candidates of an unfinished pass or of other kinds', async () => {
    await hub.fullPass([repo(1)])
    await hub.fullPass([{ ...repo(2), id: 'a/data' }], 'dataset')
    await hub.open('model')
    expect(await candidates()).toEqual([])
    await hub.fullPass([], 'model')
    expect(await candidates()).toEqual([{ hub_id: hubIdOf(1) }])
  })

  it('are collected by a join, even for many repos without statistics', async () => {
    const pass = await hub.open('model')
    await catalog.rows(`
      insert into catalog.repos (hub_id, kind, id, content_hash, payload, first_seen_at)
      select 'hub-' || n, 'model', 'a/' || n, md5(n::text)::uuid, '{}', now() - interval '1 day' from generate_series(1, 30000) n`)
    await catalog.rows(`
      insert into catalog.pass_seen_ids (pass_id, hub_ids)
      select ${pass.passId}, array_agg('hub-' || n) from generate_series(1, 29999) n group by n / 1000`)
    await catalog.db.transaction().execute(async (transaction) => {
      // Comparing each repo with each seen id would take minutes, one lookup per repo a tenth of a second.
      await sql`set local statement_timeout = '5s'`.execute(transaction)
      await collectMissing(transaction, pass.passId)
    })
    expect(await candidates()).toEqual([{ hub_id: 'hub-30000' }])
  })

  it('probe a candidate last and alone after a process died during its probe, and wait after several deaths', async () => {
    await hub.fullPass([repo(1), repo(2), repo(3), repo(4)])
    await hub.fullPass([repo(4)])
    const store = createRemovalStore(catalog.connection)
    const next = async (): Promise<string[]> => {
      const found = await store.removalCandidates('model', { notProbedSince: new Date('2100-01-01'), limit: 9 })
      return found.map(({ hubId }) => hubId)
    }
    expect(await next()).toEqual([hubIdOf(1), hubIdOf(2), hubIdOf(3)])
    await store.beginProbes([hubIdOf(1), hubIdOf(2)])
    expect(await next()).toEqual([hubIdOf(3)])
    await store.countProbes([hubIdOf(3)])
    await store.endProbes([hubIdOf(2)])
    expect(await next()).toEqual(expect.arrayContaining([hubIdOf(2), hubIdOf(3)]))
    await store.writePresent([])
    await catalog.rows(`delete from catalog.removal_candidates where hub_id <> '${hubIdOf(1)}'`)
    expect(await next()).toEqual([hubIdOf(1)])
    for (const _ of [2, 3, 4]) await store.beginProbes([hubIdOf(1)])
    expect(await next()).toEqual([])
    await catalog.rows(`update catalog.removal_candidates set probed_at = now() - interval '3 hours'`)
    expect(await next()).toEqual([hubIdOf(1)])
  })

  it('delete the seen ids of a pass that is over', async () => {
    await hub.fullPass([repo(1)])
    expect(await catalog.rows('select * from catalog.pass_seen_ids')).toEqual([])
  })

  it('leave a tombstone with date and cause, outside the views of live repos, and an event', async () => {
    await hub.fullPass([repo(1), repo(2)])
    expect(await removeRepos(catalog.db, [hubIdOf(1)], 'private')).toEqual([hubIdOf(1)])
    expect(await removeRepos(catalog.db, [hubIdOf(1)], 'deleted')).toEqual([])
    expect(await catalog.rows('select id from models')).toEqual([{ id: 'a/repo-2' }])
    expect(await catalog.rows("select id, removed_cause from repos where removed_at > now() - interval '1 minute'")).toEqual([
      { id: 'a/repo-1', removed_cause: 'private' },
    ])
    expect(await catalog.rows("select id, old_value, new_value from repo_events where event = 'removed'")).toEqual([
      { id: 'a/repo-1', old_value: 'live', new_value: 'private' },
    ])
  })

  it('are undone when the Hub lists the repo again', async () => {
    await hub.fullPass([repo(1)])
    await removeRepos(catalog.db, [hubIdOf(1)], 'deleted')
    await hub.fullPass([repo(1)])
    expect(await catalog.rows('select id from models')).toEqual([{ id: 'a/repo-1' }])
    expect(await catalog.rows('select removed_at, removed_cause from repos')).toEqual([
      { removed_at: null, removed_cause: null },
    ])
    expect(await catalog.rows("select old_value, new_value from repo_events where event = 'restored'")).toEqual([
      { old_value: 'deleted', new_value: 'live' },
    ])
  })

  it('are permanent for a repo that was taken down', async () => {
    await catalog.rows(`insert into catalog.takedowns (hub_id, kind) values ('${hubIdOf(1)}', 'model')`)
    await hub.fullPass([repo(1), repo(2)])
    expect(await catalog.rows('select id from repos')).toEqual([{ id: 'a/repo-2' }])
    expect(await catalog.rows('select hub_id from catalog.repo_counters')).toEqual([{ hub_id: hubIdOf(2) }])
  })
})
