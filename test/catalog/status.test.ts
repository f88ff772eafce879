import { beforeEach, describe, expect, it } from 'vitest'
import { saveBudget } from '../../src/catalog/processes/budgets.ts'
import { createRefreshQueue } from '../../src/catalog/processes/refresh-queue.ts'
import { foldTotals } from '../../src/catalog/repos/totals.ts'
import { recordFailure } from '../../src/catalog/stages/failures.ts'
import { needsOf } from '../../src/catalog/stages/stage-needs.ts'
import { type CatalogStatus, readStatus } from '../../src/catalog/status.ts'
import { verdictOf } from '../../src/service/status/verdict.ts'
import { sharedCatalog } from '../support/catalog/catalog.ts'
import { crawlOnce } from '../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'

describe.each(anyCatalogTarget)('the status of a catalog ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)
  const hub = sharedHub({ repos: 80, seed: 5, quota: 0 })

  const read = (): Promise<CatalogStatus> => readStatus(catalog.db, { endpoint: hub.url })

  it('of an empty catalog has zero counts and no division by zero', async () => {
    const status = await read()
    expect(status).toMatchObject({
      isEstimate: false,
      unfinished: [],
      budgets: [],
      failures: [],
      outboxEntries: 0,
      dueCollections: 0,
    })
    expect(status.kinds.map(({ kind, known, lastFullAt, asOf }) => [kind, known, lastFullAt, asOf])).toEqual([
      ['model', 0, null, null],
      ['dataset', 0, null, null],
      ['space', 0, null, null],
      ['collection', 0, null, null],
    ])
    expect(status.stages.map(({ stage, coverage, due }) => [stage, coverage, due])).toEqual([
      ['details', 1, 0],
      ['parquet', 1, 0],
      ['card', 1, 0],
    ])
    expect(status.backlogSecs).toBe(0)
  })

  it('counts live repos and tombstones by kind, and says up to when changes are included', async () => {
    await crawlOnce(catalog, hub.url)
    await catalog.rows(`update catalog.repos set removed_at = now(), removed_cause = 'deleted'
      where hub_id in (select hub_id from catalog.repos where kind = 'model' order by hub_id limit 3)`)
    const [model, dataset, space] = (await read()).kinds
    expect(model).toMatchObject({ kind: 'model', known: 40, live: 37, tombstones: 3, lastRecentAt: null })
    expect([dataset?.live, space?.live]).toEqual([20, 20])
    const started = await catalog.value(`select started_at from catalog.passes where kind = 'model'`)
    expect(model?.asOf).toEqual(started)
    expect(model?.lastFullAt?.getTime()).toBeGreaterThanOrEqual((started as Date).getTime())
    expect(await readStatus(catalog.db, { endpoint: 'http://other.example' })).toMatchObject({
      kinds: [{ known: 40, lastFullAt: null }, {}, {}, {}],
    })
  })

  it('measures lag only on changes since the first full pass, and ignores times in the future', async () => {
    await crawlOnce(catalog, hub.url)
    expect((await read()).kinds[0]).toMatchObject({ changedLast7Days: 0, lagP50Secs: null, lagP95Secs: null })
    await catalog.rows(
      `update catalog.passes set started_at = now() - interval '3 days', finished_at = now() - interval '2 days'`,
    )
    const hubIds = (await catalog.rows(`select hub_id from catalog.repos where kind = 'model' order by hub_id limit 5`)).map(
      (row) => String(row['hub_id']),
    )
    const change = (place: number, modified: string, seen: string) =>
      catalog.rows(`update catalog.repos set last_modified = now() - interval '${modified}',
        modified_seen_at = now() - interval '${seen}', changed_at = now() where hub_id = '${hubIds[place]}'`)
    await change(0, '10 hours', '9 hours 50 minutes')
    await change(1, '10 hours', '9 hours 40 minutes')
    await change(2, '10 hours', '9 hours')
    await change(3, '4 days', '1 hour')
    await change(4, '-1 hour', '2 hours')
    const [model] = (await read()).kinds
    expect(model?.changedLast7Days).toBe(3)
    expect(model?.lagP50Secs).toBeCloseTo(1200, 0)
    expect(model?.lagP95Secs).toBeGreaterThan(3000)
    expect(model?.lagP95Secs).toBeLessThanOrEqual(3600)
  })

  it('says for each stage what is done and due, and how long the budget needs', async () => {
    await crawlOnce(catalog, hub.url)
    await catalog.rows(`update catalog.repos set disabled = false`)
    await catalog.rows(`insert into catalog.repo_stages (hub_id, stage, sha, outcome)
      select hub_id, 'details', sha, case when row_number() over (order by hub_id) <= 3 then 'done' else 'absent' end
      from catalog.repos where kind = 'space' order by hub_id limit 5`)
    const failed = String(await catalog.value(`select hub_id from catalog.repos where kind = 'model' limit 1`))
    await recordFailure(catalog.db, {
      task: 'details',
      hubId: failed,
      kind: 'model',
      cause: 'timeout',
      status: null,
      answer: '',
    })
    const before = await read()
    expect(before.stages[0]).toMatchObject({ stage: 'details', repos: 80, done: 3, absent: 2, due: 74, waiting: 1 })
    expect(before.stages[0]?.coverage).toBe(5 / 80)
    expect(before.stages[1]).toMatchObject({ stage: 'parquet', repos: 20, due: 20 })
    expect(before).toMatchObject({ backlogSecs: null, failures: [{ cause: 'timeout', failures: 1 }] })

    const resetAtMs = Date.now() + 60_000
    const seen = (remaining: number, quota = 10, laterMs = 0) =>
      ({ bucket: 'api', remaining, quota, windowSecs: 300, resetAtMs: resetAtMs + laterMs }) as const
    for (const snapshot of [seen(9), seen(8), seen(10, 10, 400)]) await saveBudget(catalog.db, hub.url, 'a', snapshot)
    const after = await read()
    expect(after.budgets).toMatchObject([{ budget: 'a', bucket: 'api', remaining: 8, quota: 10, windowSecs: 300 }])
    const alone = after.stages[0]?.backlogSecs ?? 0
    expect(alone).toBeGreaterThanOrEqual(74 * 30)
    for (const snapshot of [seen(0, 90), seen(90, 90, 300_000)]) await saveBudget(catalog.db, hub.url, 'b', snapshot)
    const both = await read()
    expect(both.budgets.map(({ budget, remaining }) => [budget, remaining])).toEqual([
      ['a', 8],
      ['b', 90],
    ])
    expect(both.stages[0]?.backlogSecs).toBeCloseTo(alone / 10, -1)
    expect(after.backlogSecs).toBeNull()
  })

  it('counts unconfirmed removals of the last full pass and has its note', async () => {
    await crawlOnce(catalog, hub.url)
    await catalog.rows(`update catalog.passes set note = 'Of an older version.' where kind = 'model'`)
    await catalog.rows(`update catalog.passes set note = 'Known.', note_code = 'gap' where kind = 'space'`)
    await catalog.rows(`update catalog.passes set note = '' where kind = 'dataset'`)
    await catalog.rows(`insert into catalog.removal_candidates (hub_id, pass_id)
      select r.hub_id, p.pass_id from catalog.repos r join catalog.passes p on p.kind = r.kind
      where r.kind = 'model' order by r.hub_id limit 7`)
    const [model, dataset, space] = (await read()).kinds
    const older = { code: 'older-version', text: 'Of an older version.' }
    expect(model).toMatchObject({ live: 40, unconfirmed: 7, lastFullNote: older })
    expect(space).toMatchObject({ lastFullNote: { code: 'gap', text: 'Known.' } })
    expect(dataset).toMatchObject({ live: 20, unconfirmed: 0, lastFullNote: null })
  })

  it('counts repos that webhooks named until they are refreshed', async () => {
    const queue = createRefreshQueue(catalog.db)
    await queue.add(['a/b', 'c/d'].map((id) => ({ kind: 'model', id, hubId: null, reason: 'webhook' })))
    const [first] = await queue.lease(1)
    expect((await read()).refreshQueue).toBe(2)
    if (first !== undefined) await queue.finish(first)
    expect((await read()).refreshQueue).toBe(1)
  })

  describe('of many models and few datasets', () => {
    const readSampled = (exactUpTo = 12_000) => readStatus(catalog.db, { endpoint: hub.url, exactUpTo })
    const finish = (condition: string) =>
      catalog.rows(`insert into catalog.repo_stages (hub_id, stage, outcome)
        select hub_id, s, 'done' from catalog.repos, unnest('{details,parquet,card}'::text[]) s where ${condition}`)
    beforeEach(async () => {
      await catalog.rows(`insert into catalog.repos (hub_id, kind, id, content_hash, description)
        select i::text, case when i <= 40 then 'dataset' else 'model' end, 'owner/' || i, gen_random_uuid(), repeat('x', 300)
        from generate_series(1, 20040) i`)
    })

    it('has exact numbers of repos, and counts stages of models in a sample', async () => {
      await finish(`hub_id like '%1'`)
      const status = await readSampled()
      expect(status.isEstimate).toBe(true)
      expect(status.kinds.slice(0, 2).map(({ live }) => live)).toEqual([20_000, 40])
      expect(status.stages[0]?.repos).toBe(20_040)
      expect(status.stages[0]?.done).toBeGreaterThan(1_500)
      expect(status.stages[0]?.done).toBeLessThan(2_500)
    })

    it('counts stages of datasets exactly, wherever they are in the table', async () => {
      await finish(`kind = 'dataset' and hub_id <> '7'`)
      expect((await readSampled()).stages[1]).toMatchObject({ stage: 'parquet', repos: 40, done: 39, due: 1 })
    })

    it('does not say that stages are done because the sample has no due one', async () => {
      const codeOf = async (status: Promise<CatalogStatus>) => verdictOf(await status, []).at(-1)?.code
      await finish('true')
      // The sample has fewer blocks, which are among these.
      const [deleted] = await catalog.rows(`delete from catalog.repo_stages where stage = 'card' and hub_id = (
        select max(hub_id) from catalog.repos where kind = 'model' and hub_id not in (
          select hub_id from catalog.repos tablesample system (50) repeatable (0))) returning hub_id`)
      expect(deleted).toBeDefined()
      expect((await readSampled()).stages.map(({ due }) => due)).toEqual([0, 0, 0])
      expect(await codeOf(readSampled())).toBe('stages-unconfirmed')
      expect((await readSampled(Infinity)).stages.map(({ due }) => due)).toEqual([0, 0, 1])
      expect(await codeOf(readSampled(Infinity))).toBe('stages-due')
      await finish(`hub_id = '${deleted?.['hub_id']}' on conflict do nothing`)
      expect(await codeOf(readSampled())).toBe('stages-unconfirmed')
      expect(await codeOf(readSampled(Infinity))).toBe('stages-done')
    })
  })

  it('keeps numbers of repos that equal those of the table, whatever statements change it', async () => {
    const numbers = () =>
      catalog.rows(`select kind, sum(live)::int as live, sum(tombstones)::int as tombstones
        from catalog.repo_totals group by kind having sum(live) <> 0 or sum(tombstones) <> 0 order by kind`)
    const counted = () =>
      catalog.rows(`select kind, count(*) filter (where removed_at is null)::int as live, count(removed_at)::int as tombstones
        from catalog.repos group by kind order by kind`)
    await crawlOnce(catalog, hub.url)
    const statements = [
      `update catalog.repos set removed_at = now(), removed_cause = 'deleted' where hub_id < '7'`,
      `update catalog.repos set removed_at = null, removed_cause = null where kind = 'model'`,
      `update catalog.repos set kind = 'space' where kind = 'dataset' and removed_at is null`,
      `delete from catalog.repos where kind = 'model' and id < 'm'`,
      `insert into catalog.repos (hub_id, kind, id, content_hash) values ('1', 'collection', 'a/b', gen_random_uuid())`,
    ]
    for (const statement of statements) {
      await catalog.rows(statement)
      expect(await numbers()).toEqual(await counted())
    }
    await foldTotals(catalog.db)
    expect(await numbers()).toEqual(await counted())
    expect(await catalog.value('select count(*)::int from catalog.repo_totals')).toBe((await counted()).length)
    await catalog.rows('truncate catalog.repos cascade')
    expect(await numbers()).toEqual([])
  })
})

describe('the time that stages need', () => {
  const budget = (bucket: 'api' | 'resolvers', quota: number) => ({
    budget: 'a',
    bucket,
    quota,
    windowSecs: 300,
    remaining: 0,
    resetAt: new Date(),
    seenAt: new Date(),
  })

  it('is that of the busiest bucket, minus what passes use', () => {
    const due = [
      { stage: 'details', due: 100_000 },
      { stage: 'card', due: 100_000 },
    ] as const
    const budgets = [budget('api', 500), budget('resolvers', 3_000)]
    const needs = needsOf(due, budgets, { api: 44_000, resolvers: 0 })
    expect(needs.byStage.get('details')).toBe(86_400)
    expect(needs.byStage.get('card')).toBe(10_000)
    expect(needs.seconds).toBe(86_400)
  })

  it('of Parquet files includes the request that checks the dataset, and the listing', () => {
    const needs = needsOf([{ stage: 'parquet', due: 250 }], [budget('api', 500), budget('resolvers', 100_000)], {
      ...{ api: 0, resolvers: 0 },
    })
    expect(needs.seconds).toBe(300)
  })

  it('is finite even if passes alone use more than the budget', () => {
    const needs = needsOf([{ stage: 'details', due: 10 }], [budget('api', 500)], { api: 1e9, resolvers: 0 })
    expect(needs.seconds).toBeGreaterThan(0)
    expect(needs.seconds).toBeLessThan(86_400)
  })
})
