import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createRemovalStore } from '../../../src/catalog/passes/removal-store.ts'
import { findRepos } from '../../../src/catalog/repos/reads.ts'
import { type RefreshOutcome, refreshRepo } from '../../../src/crawl/refresh/refresh.ts'
import { createHubClient, type HubClient } from '../../../src/hub/client.ts'
import { parseFault } from '../../../src/sample-hub/faults/fault.ts'
import type { SampleHubOptions } from '../../../src/sample-hub/options.ts'
import { createSampleHub, type SampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { SearchSync } from '../../../src/search/indexing/sync.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { crawlOnce } from '../../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { hubIdOf } from '../../support/hub/pages.ts'

const TOKEN = 'hf_owner'

describe.each(anyCatalogTarget)('a refresh ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  let hub: SampleHub
  let client: HubClient

  beforeEach(async () => {
    await new PostgresSearchEngine(catalog.connection).clear()
  })
  afterEach(async () => {
    await client.close()
    await hub.close()
  })

  async function startHub(options: SampleHubOptions = {}, token?: string): Promise<void> {
    hub = await createSampleHub({ payloads: { models: [1, 2, 3].map(repo) }, quota: 0, ...options })
    client = createHubClient({ endpoint: hub.url, retries: 0, retryDelayMs: 1, ...(token && { token }) })
    await full()
  }

  const repo = (number: number) => ({ _id: hubIdOf(number), id: `owner/repo-${number}`, tags: ['license:mit'] })
  const full = () => crawlOnce(catalog, hub.url, { kinds: ['model'] })
  const recent = () => crawlOnce(catalog, hub.url, { kinds: ['model'], scope: 'recent' })
  const refresh = (id: string, deletedHubIds: string[] = []): Promise<RefreshOutcome> =>
    refreshRepo(
      { kind: 'model', id, deletedHubIds },
      {
        hub: client,
        store: createRemovalStore(catalog.connection),
        includePrivate: false,
        signal: new AbortController().signal,
      },
    )
  const tombstones = () => catalog.rows('select hub_id, removed_cause from repos where removed_at is not null')
  const liveAs = async (id: string) =>
    (await catalog.rows(`select hub_id from models where id = '${id}' order by hub_id`)).map((row) => row['hub_id'])
  const found = async () => {
    const engine = new PostgresSearchEngine(catalog.connection)
    await new SearchSync(catalog.db, engine).finish()
    return (await engine.search({ limit: 50 })).hits.map((hit) => hit.id).sort()
  }
  /** A repo moves without a webhook, and another one takes its name and is deleted. */
  function moveAndReplace(): string {
    hub.change.move('model', 'owner/repo-1', 'owner/elsewhere')
    const { hubId } = hub.change.create('model', { id: 'owner/repo-1' })
    hub.change.delete('model', 'owner/repo-1')
    return hubId
  }

  it('removes a repo that was reported as deleted if its name leads nowhere', async () => {
    await startHub()
    const { hubId } = hub.change.delete('model', 'owner/repo-1')
    expect(await refresh('owner/repo-1', [hubId])).toEqual({ outcome: 'removed' })
    expect(await tombstones()).toEqual([{ hub_id: hubId, removed_cause: 'deleted' }])
    expect(await refresh('owner/repo-1', [hubId])).toEqual({ outcome: 'absent' })
  })

  it('does not remove a moved repo when the repo that took its name is deleted', async () => {
    await startHub()
    const hubId = moveAndReplace()
    expect(await refresh('owner/repo-1', [hubId])).toEqual({ outcome: 'unresolved' })
    expect(await tombstones()).toEqual([])
    expect(await found()).toEqual(['owner/repo-2', 'owner/repo-3'])
    await full()
    expect(await tombstones()).toEqual([])
    expect(await found()).toEqual(['owner/elsewhere', 'owner/repo-2', 'owner/repo-3'])
  })

  it('takes a repo out of search if its name no longer leads to it, and leaves its removal to the next full pass', async () => {
    await startHub()
    hub.change.settings('model', 'owner/repo-1', { private: true })
    hub.change.settings('model', 'owner/repo-2', { private: true })
    expect(await refresh('owner/repo-1')).toEqual({ outcome: 'unresolved' })
    expect(await refresh('owner/repo-2')).toEqual({ outcome: 'unresolved' })
    expect(await tombstones()).toEqual([])
    expect(await found()).toEqual(['owner/repo-3'])
    hub.change.settings('model', 'owner/repo-2', { private: false })
    await full()
    expect(await tombstones()).toMatchObject([{ hub_id: hubIdOf(1) }])
    expect(await found()).toEqual(['owner/repo-2', 'owner/repo-3'])
    expect(await catalog.rows('select * from catalog.unresolved_repos')).toEqual([])
  })

  it('ignores reported deletions of repos that exist or have another name', async () => {
    await startHub()
    expect(await refresh('owner/repo-1', [hubIdOf(1), hubIdOf(2)])).toEqual({ outcome: 'unchanged' })
    expect(await refresh('owner/none', [hubIdOf(1), hubIdOf(2)])).toEqual({ outcome: 'absent' })
    expect(await tombstones()).toEqual([])
    expect(await found()).toHaveLength(3)
  })

  it('ignores a Hub that reports everything as gone', async () => {
    await startHub({ faults: [parseFault('hidden:path=/api/models/owner')] })
    expect(await refresh('owner/repo-1', [hubIdOf(1)])).toMatchObject({
      outcome: 'unknown',
      failure: { cause: 'broken-answer' },
    })
    expect(await tombstones()).toEqual([])
    expect(await found()).toHaveLength(3)
  })

  it('returns the cause if it could not find out anything', async () => {
    await startHub({ faults: [parseFault('5xx:path=/api/models/owner')] })
    expect(await refresh('owner/repo-1')).toMatchObject({ outcome: 'unknown', failure: { cause: 'server-error' } })
  })

  it('makes search find one repo per name after the name was reused', async () => {
    await startHub()
    const { hubId } = hub.change.create('model', { id: 'owner/new' })
    hub.change.delete('model', 'owner/repo-1')
    hub.change.move('model', 'owner/new', 'owner/repo-1')
    expect(await refresh('owner/repo-1')).toEqual({ outcome: 'written' })
    expect(await liveAs('owner/repo-1')).toEqual([hubIdOf(1), hubId])
    expect(await found()).toEqual(['owner/repo-1', 'owner/repo-2', 'owner/repo-3'])
    expect((await findRepos(catalog.db, 'owner/repo-1')).map((shown) => shown.hubId)).toEqual([hubId, hubIdOf(1)])
    await full()
    expect(await liveAs('owner/repo-1')).toEqual([hubId])
  })

  it('removes a deleted repo whose name another repo has now', async () => {
    await startHub()
    const deleted = hub.change.delete('model', 'owner/repo-1').hubId
    const { hubId } = hub.change.create('model', { id: 'owner/repo-1' })
    expect(await refresh('owner/repo-1', [deleted])).toEqual({ outcome: 'written' })
    expect(await liveAs('owner/repo-1')).toEqual([hubId])
    expect(await tombstones()).toEqual([{ hub_id: deleted, removed_cause: 'deleted' }])
  })

  it('follows a redirect, and finds an unresolved repo by its new name', async () => {
    await startHub()
    hub.change.move('model', 'owner/repo-1', 'owner/elsewhere')
    hub.change.create('model', { id: 'owner/repo-1' })
    await refresh('owner/repo-1')
    expect(await found()).toEqual(['owner/repo-1', 'owner/repo-2', 'owner/repo-3'])
    expect(await refresh('owner/elsewhere')).toEqual({ outcome: 'written' })
    expect(await found()).toEqual(['owner/elsewhere', 'owner/repo-1', 'owner/repo-2', 'owner/repo-3'])
    hub.change.move('model', 'owner/repo-2', 'owner/further')
    expect(await refresh('owner/repo-2')).toEqual({ outcome: 'written' })
    expect(await liveAs('owner/further')).toEqual([hubIdOf(2)])
  })

  it('is not needed for one search hit per name: a recent pass is enough', async () => {
    await startHub()
    hub.change.delete('model', 'owner/repo-1')
    hub.change.create('model', { id: 'owner/repo-1' })
    await recent()
    expect(await found()).toEqual(['owner/repo-1', 'owner/repo-2', 'owner/repo-3'])
    expect(await tombstones()).toEqual([])
  })

  it('removes a repo that is visibly private', async () => {
    await startHub({}, TOKEN)
    hub.change.settings('model', 'owner/repo-1', { private: true })
    expect(await refresh('owner/repo-1')).toEqual({ outcome: 'removed' })
    expect(await tombstones()).toEqual([{ hub_id: hubIdOf(1), removed_cause: 'private' }])
  })

  it.each([false, true])('leaves the removal of a disabled repo to full passes: refused %s', async (refuseDisabled) => {
    await startHub({ refuseDisabled })
    hub.change.settings('model', 'owner/repo-1', { disabled: true })
    for (let round = 0; round < 3; round++) {
      await refresh('owner/repo-1')
      await full()
    }
    expect(await tombstones()).toEqual([{ hub_id: hubIdOf(1), removed_cause: 'disabled' }])
    const events = () =>
      catalog.rows("select event from catalog.repo_events where event in ('removed', 'restored') order by event_id")
    expect(await events()).toEqual([{ event: 'removed' }])
    hub.change.settings('model', 'owner/repo-1', { disabled: false })
    await refresh('owner/repo-1')
    await full()
    expect(await events()).toEqual([{ event: 'removed' }, { event: 'restored' }])
  })
})
