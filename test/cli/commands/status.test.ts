import { request } from 'undici'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { readStatus } from '../../../src/catalog/status.ts'
import type { Finding } from '../../../src/service/status/verdict.ts'
import { createMetrics } from '../../../src/telemetry/metrics/metrics.ts'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'
import { firstLine, startHubdex } from '../../support/processes/hubdex-process.ts'

describe.each(anyCatalogTarget)('hubdex status ($engine)', ({ create }) => {
  const flags = ['models', '--stages', 'none']
  const { hub, catalog, environment } = crawledHub(create, { repos: 60, seed: 4, quota: 500 }, flags)
  const status = async (more: Record<string, string> = {}) =>
    JSON.parse((await hubdex(['status', '--json'], { ...environment, ...more })).stdout)
  const codesOf = ({ verdict }: { verdict: Finding[] }) => verdict.map(({ code }) => code)
  let early: { verdict: Finding[] }
  beforeAll(async () => {
    early = await status()
    await hubdex(['crawl', '--stages', 'none'], environment)
  })

  it('says what is incomplete, then as of when the catalog is complete and what is due', async () => {
    expect(codesOf(early)).toEqual(['no-full-pass', 'stages-due'])
    expect(codesOf(await status())).toEqual(['complete', 'stages-due'])
    const { code, stdout } = await hubdex(['status'], environment)
    expect(code).toBe(0)
    for (const word of [
      'models',
      'datasets',
      'spaces',
      'collections',
      'details',
      'parquet',
      'card',
      'trending score',
      'settings',
    ]) {
      expect(stdout).toContain(word)
    }
    expect(stdout).toMatch(/budget +api: 500 requests in 5 m/)
  })

  it('prints the same as JSON', async () => {
    const found = await status()
    expect(found).toMatchObject({ endpoint: hub.url, isEstimate: false, unfinished: [], outboxEntries: 0 })
    expect(found.search).toEqual({ index: 'postgres', documents: 61, error: null })
    expect(found.kinds[3]).toMatchObject({ kind: 'collection', live: 1, lastFullAt: expect.any(String) })
    expect(found.kinds[0]).toMatchObject({ kind: 'model', known: 30, live: 30, tombstones: 0 })
    expect(found.budgets[0]).toMatchObject({ bucket: 'api', quota: 500 })
    expect(found.settings).toEqual({ recentOverlapSecs: 600, maxRemovedPercent: 10 })
    expect(found.schedule).toContainEqual(expect.objectContaining({ job: 'recent', cron: '*/5 * * * *' }))
  })

  it('is the same over HTTP', async () => {
    const serve = startHubdex(['serve', '--port', '0', '--json'], environment)
    const { url } = JSON.parse(await firstLine(serve))
    const { body } = await request(`${url}/api/status`)
    /** Without values that change with time. */
    const still = (text: string) =>
      JSON.parse(text, (key, value) => (['readAt', 'verdict', 'nextDueAt'].includes(key) ? typeof value : value))
    const answered = still(await body.text())
    serve.child.kill('SIGTERM')
    expect(answered).toEqual(still((await hubdex(['status', '--json'], environment)).stdout))
    expect((await serve.result).code).toBe(0)
  })

  it('shows unconfirmed removals of a sweep that stopped, and why', async () => {
    const missing = await catalog.rows(`select id from models limit 21`)
    const hide = async (isHidden: boolean) => {
      for (const { id } of missing) hub.change.settings('model', String(id), { private: isHidden })
      await hubdex(['crawl', 'models', '--stages', 'none'], environment)
    }
    await hide(true)
    onTestFinished(() => hide(false))
    const { stdout } = await hubdex(['status'], environment)
    expect(stdout).toMatch(/unconfirmed +21 +0 +0 +0\n/)
    expect(stdout).toMatch(/note .*models.* 21 .* 30 .*HUBDEX_MAX_REMOVED_PERCENT/)
    const found = await status()
    expect(codesOf(found)).toContain('unconfirmed-removals')
    expect(found.kinds[0].lastFullNote).toMatchObject({ code: 'too-many-missing' })
    const metrics = createMetrics({ role: 'serve', version: '1' })
    metrics.readCatalog({ status: () => readStatus(catalog.db, { endpoint: hub.url }) })
    expect(await metrics.text()).toMatch(/hubdex_unconfirmed_repos\{kind="model"\} 21\n/)
  })

  it('says as of when removals are known if full passes are overdue but recent ones are not', async () => {
    const shift = async (days: number) =>
      void (await catalog.rows(`update catalog.passes set finished_at = finished_at + interval '${days} days'
        where kind = 'dataset'`))
    await shift(-30)
    onTestFinished(() => shift(30))
    const first = async (schedule: string) => (await status({ HUBDEX_SCHEDULE_FULL: schedule })).verdict[0]
    expect(await first('0 3 * * *')).toMatchObject({
      code: 'full-pass-overdue',
      text: expect.stringMatching(/ 30 d .*datasets/),
    })
    expect(await first('off')).toMatchObject({ code: 'full-pass-overdue' })
    expect(await first('0 3 1 */3 *')).toMatchObject({ code: 'complete' })
  })

  it('shows the schedule of the process that runs it instead of the own settings', async () => {
    onTestFinished(async () => void (await catalog.rows('truncate catalog.schedule_runs')))
    await catalog.rows(`insert into catalog.schedule_runs (job, cron, due_at, finished_at, lease_owner, state) values
      ('recent', '*/2 * * * *', now(), now(), 'other', 'done'),
      ('full', '0 1 * * 0', now() - interval '15 days', now() - interval '15 days', 'dead', 'done')`)
    expect((await hubdex(['status'], environment)).stdout).toMatch(
      /schedule +full 0 3 \* \* \*\nschedule +recent \*\/2 \* \* \* \*\n/,
    )
    const { stdout } = await hubdex(['schedule', '--list', '--json'], environment)
    const [full, recent] = JSON.parse(stdout)
    expect(full).toMatchObject({ cron: '0 3 * * *', cronSource: 'settings' })
    expect(recent).toMatchObject({ cron: '*/2 * * * *', cronSource: 'last-run' })
    expect(Date.parse(recent.nextDueAt) - Date.now()).toBeLessThanOrEqual(120_000)
    expect((await hubdex(['schedule', '--list'], environment)).stdout).toContain('recent */5 * * * *')
  })
})
