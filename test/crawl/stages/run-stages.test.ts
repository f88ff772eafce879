import { beforeEach, describe, expect, test } from 'vitest'
import type { StageRun } from '../../../src/crawl/stages/run-stages.ts'
import { createSampleHub, type SampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { crawlOnce } from '../../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { stagesOnce } from '../../support/catalog/stages.ts'
import { freshHub } from '../../support/hub/sample-hub.ts'

const hubUntilLeft = (hub: SampleHub) => ({ hub, [Symbol.asyncDispose]: () => hub.close() })

/** Everything that the stages have stored, except times. */
const FOUND = `select
  (select md5(string_agg(concat_ws('|', hub_id, stage, sha, outcome, reason), ',' order by hub_id, stage)) from catalog.repo_stages) as stages,
  (select md5(string_agg(f::text, ',' order by hub_id)) from catalog.repo_files f) as files,
  (select md5(string_agg(c::text, ',' order by hub_id)) from catalog.cards c) as cards,
  (select md5(string_agg(p::text, ',' order by hub_id, position)) from catalog.parquet_splits p) as splits,
  (select md5(string_agg(s::text, ',' order by hub_id, position)) from catalog.parquet_schemas s) as schemas,
  (select count(*)::int from catalog.stage_claims) as claims`

describe.each(anyCatalogTarget)('the stages with a sample Hub ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  const hub = freshHub({ repos: 24, seed: 7, quota: 0 })
  beforeEach(async () => void (await crawlOnce(catalog, hub.url)))

  const stillDue = (): Promise<unknown> =>
    catalog.value(`select count(*)::int from repos r, unnest(array['details', 'card']) as stage
      where not exists (select from repo_stages s where s.hub_id = r.hub_id and s.stage = stage and s.is_current)`)

  async function openModel(): Promise<{ id: string; hubId: string }> {
    const [row] = await catalog.rows(`select id, hub_id from models where gated = 'false' order by id limit 1`)
    return { id: String(row?.['id']), hubId: String(row?.['hub_id']) }
  }

  test('fetch every repo once, and none again that has not changed', async () => {
    const outcomes = await stagesOnce(catalog, hub.url)
    expect(Object.keys(outcomes)).toEqual(['details', 'parquet', 'card'])
    for (const outcome of Object.values(outcomes)) expect(outcome).toMatchObject({ failed: 0, state: 'complete', note: null })
    expect(outcomes.details).toMatchObject({ done: await catalog.value('select count(*)::int from repos'), absent: 0 })
    expect(await stillDue()).toBe(0)
    for (const view of ['repo_files', 'repo_details', 'cards', 'parquet_files', 'parquet_splits', 'dataset_columns']) {
      expect(await catalog.value(`select count(*)::int from ${view}`)).toBeGreaterThan(0)
    }
    expect(await catalog.value('select count(*)::int from parquet_files where rows is null')).toBe(0)
    expect(await catalog.value(`select count(*)::int from cards where text like '---%' or text = ''`)).toBe(0)

    const spent = hub.requests.total
    const again = await stagesOnce(catalog, hub.url)
    expect(again.card).toMatchObject({ done: 0, absent: 0, failed: 0 })
    expect(hub.requests.total).toBe(spent)
  })

  test('fetch a repo again only after a new commit', async () => {
    await stagesOnce(catalog, hub.url)
    const { id, hubId } = await openModel()
    hub.change.commit('model', id, { siblings: [{ rfilename: 'README.md' }] })
    await crawlOnce(catalog, hub.url)
    expect(await catalog.value(`select count(*)::int from repo_stages where not is_current`)).toBe(2)
    const outcomes = await stagesOnce(catalog, hub.url)
    expect(outcomes).toMatchObject({ details: { done: 1 }, parquet: { done: 0 }, card: { done: 1 } })
    expect(await catalog.rows(`select path from repo_files where hub_id = '${hubId}'`)).toEqual([{ path: 'README.md' }])
  })

  test('find the Parquet files of a dataset once the Hub has converted it, and those of its next commit', async () => {
    let nowMs = Date.now()
    await using slow = hubUntilLeft(
      await createSampleHub({ payloads: {}, quota: 0, now: () => nowMs, conversionDelayMs: 3_000_000 }),
    )
    /** Advances the time of the Hub and of the catalog. */
    const hourLater = async (): Promise<void> => {
      nowMs += 3_600_000
      await catalog.rows(`
        with repo as (
          update catalog.repos set changed_at = changed_at - interval '1 hour', last_modified = last_modified - interval '1 hour')
        update catalog.repo_stages set recheck_at = recheck_at - interval '1 hour'`)
    }
    const fetchOnce = async () => {
      const { parquet } = await stagesOnce(catalog, slow.hub.url, { stages: ['parquet'] })
      return [parquet?.done, parquet?.absent, await catalog.value('select count(*)::int from parquet_files')]
    }
    const commit = (files: number) => ({ sampleParquet: { configs: { default: { train: files } } } })
    slow.hub.change.create('dataset', { id: 'acme/new', ...commit(1) })
    await catalog.empty()
    await crawlOnce(catalog, slow.hub.url)
    expect(await fetchOnce()).toEqual([0, 1, 0])
    expect(await fetchOnce()).toEqual([0, 0, 0])
    await hourLater()
    expect(await fetchOnce()).toEqual([1, 0, 1])

    slow.hub.change.commit('dataset', 'acme/new', { fields: commit(2) })
    await crawlOnce(catalog, slow.hub.url)
    expect(await fetchOnce()).toEqual([1, 0, 1])
    await hourLater()
    expect(await fetchOnce()).toEqual([1, 0, 2])
  })

  test('follow a repo that was moved since it was listed', async () => {
    const [row] = await catalog.rows(`select id, hub_id from datasets where gated = 'false' order by id limit 1`)
    const id = String(row?.['id'])
    hub.change.move('dataset', id, 'somewhere/else')
    await stagesOnce(catalog, hub.url)
    expect(await catalog.value('select count(*)::int from failures')).toBe(0)
    expect(await catalog.value(`select count(*)::int from repo_stages where hub_id = '${row?.['hub_id']}'`)).toBe(3)
  })

  test('store nothing from another repo with the name, and nothing for a deleted repo', async () => {
    const [taken, deleted] = await catalog.rows(`select hub_id, id from datasets where gated = 'false' order by id limit 2`)
    for (const row of [taken, deleted]) hub.change.delete('dataset', String(row?.['id']))
    hub.change.create('dataset', { id: String(taken?.['id']) })
    const outcomes = await stagesOnce(catalog, hub.url)
    expect(outcomes).toMatchObject({ details: { failed: 2 }, parquet: { failed: 2 }, card: { failed: 2 } })
    const causes = await catalog.rows(`select task, cause from failures where hub_id = '${taken?.['hub_id']}' order by task`)
    expect(causes).toEqual([
      { task: 'card', cause: 'moved' },
      { task: 'details', cause: 'moved' },
      { task: 'parquet', cause: 'moved' },
    ])
    expect(
      await catalog.value(`select string_agg(distinct cause, ',') from failures where hub_id = '${deleted?.['hub_id']}'`),
    ).toBe('gone')
    expect(await catalog.value(`select count(*)::int from repo_stages where hub_id = '${taken?.['hub_id']}'`)).toBe(0)
    expect(await catalog.value('select count(*)::int from repos where removed_at is not null')).toBe(0)
  })

  test('leave out a repo that has become private', async () => {
    const { id, hubId } = await openModel()
    hub.change.settings('model', id, { private: true })
    await stagesOnce(catalog, hub.url)
    expect(await catalog.value(`select count(*)::int from repo_stages where hub_id = '${hubId}'`)).toBe(0)
  })

  test('stop at the request limit, and have the same result after the next run', async () => {
    await stagesOnce(catalog, hub.url)
    const [unbroken] = await catalog.rows(FOUND)
    await catalog.rows(
      `truncate catalog.repo_stages, catalog.repo_files, catalog.cards, catalog.parquet_splits, catalog.parquet_schemas`,
    )
    const before = hub.requests.total
    const first = await stagesOnce(catalog, hub.url, { maxRequests: 40 })
    expect(first.details).toMatchObject({ state: 'interrupted', note: { code: 'request-limit' }, failed: 0 })
    expect(hub.requests.total - before).toBe(40)
    await stagesOnce(catalog, hub.url)
    expect(await catalog.rows(FOUND)).toEqual([unbroken])
  })

  test('stop on the signal at any point without a failure or a claim, and resume later', async () => {
    await stagesOnce(catalog, hub.url)
    const [unbroken] = await catalog.rows(FOUND)
    for (const tasks of [1, 11]) {
      await catalog.rows(
        `truncate catalog.repo_stages, catalog.repo_files, catalog.cards, catalog.parquet_splits, catalog.parquet_schemas`,
      )
      const stop = new AbortController()
      let done = 0
      const first = await stagesOnce(catalog, hub.url, {
        signal: stop.signal,
        emit: (event) => event.type === 'stage-fetched' && ++done === tasks && stop.abort(),
      })
      expect(first.card).toMatchObject({ state: 'interrupted', note: { code: 'stopped' } })
      expect(await catalog.value('select count(*)::int from catalog.stage_claims')).toBe(0)
      expect(await catalog.value('select count(*)::int from failures')).toBe(0)
      await stagesOnce(catalog, hub.url)
      expect(await catalog.rows(FOUND)).toEqual([unbroken])
    }
  })

  test('end with the error of a catalog that cannot be written, and resume later', async () => {
    await catalog.rows('alter table catalog.cards rename to hidden')
    const notes: unknown[] = []
    const emit: StageRun['emit'] = (event) => event.type === 'stage-ended' && notes.push(event.outcome.note?.code)
    const run = stagesOnce(catalog, hub.url, { emit, concurrency: 1 })
    await expect(run).rejects.toThrow('catalog.cards')
    await catalog.rows('alter table catalog.hidden rename to cards')
    expect(notes).toEqual(Array(3).fill('catalog-unwritable'))
    expect(await catalog.value('select count(*)::int from catalog.stage_claims')).toBe(0)
    expect(await catalog.value('select count(*)::int from failures')).toBe(0)
    await stagesOnce(catalog, hub.url)
    expect(await stillDue()).toBe(0)
  })

  test('are shared by two processes, which fetch nothing twice', async () => {
    const before = hub.requests.total
    await stagesOnce(catalog, hub.url)
    const [unbroken] = await catalog.rows(FOUND)
    const alone = hub.requests.total - before
    await catalog.rows(
      `truncate catalog.repo_stages, catalog.repo_files, catalog.cards, catalog.parquet_splits, catalog.parquet_schemas`,
    )
    await Promise.all(['first', 'second'].map((owner) => stagesOnce(catalog, hub.url, { owner, batchSize: 5 })))
    expect(await catalog.rows(FOUND)).toEqual([unbroken])
    expect(hub.requests.total - before - alone).toBe(alone)
  })

  test('wait for the passes while nothing is due', async () => {
    await catalog.empty()
    const passes = Promise.withResolvers<void>()
    const stages = stagesOnce(catalog, hub.url, {
      upstream: passes.promise,
      emit: (event) => {
        if (event.type === 'stage-started' && event.stage === 'card') crawlOnce(catalog, hub.url).then(() => passes.resolve())
      },
    })
    expect(await stages).toMatchObject({
      details: { done: await stages.then(() => catalog.value('select count(*)::int from repos')) },
    })
    expect(await stillDue()).toBe(0)
  })
})
