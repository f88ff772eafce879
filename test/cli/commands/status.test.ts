import { request } from 'undici'
import { beforeAll, describe, expect, it } from 'vitest'
import { readStatus } from '../../../src/catalog/status.ts'
import { createMetrics } from '../../../src/telemetry/metrics/metrics.ts'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { anyCatalogTarget } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'
import { type CommandResult, firstLine, startHubdex } from '../../support/processes/hubdex-process.ts'

describe.each(anyCatalogTarget)('hubdex status ($engine)', ({ create }) => {
  const flags = ['models', '--stages', 'none']
  const { hub, catalog, environment } = crawledHub(create, { repos: 60, seed: 4, quota: 500 }, flags)
  let early: CommandResult
  beforeAll(async () => {
    early = await hubdex(['status'], environment)
    await hubdex(['crawl', '--stages', 'none'], environment)
  })

  it('says first that nothing is complete, then what is, as of when, and what the rest needs', async () => {
    expect(early.stdout.split('\n')[0]).toContain('Not complete: no full pass of datasets and spaces has ended yet.')
    const { code, stdout } = await hubdex(['status'], environment)
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toMatch(/^Complete as of \d+ s ago\. \d+ stage tasks are due/)
    for (const word of ['models', 'datasets', 'spaces', 'details', 'parquet', 'card', 'trending score', 'settings']) {
      expect(stdout).toContain(word)
    }
    expect(stdout).toMatch(/budget +api: 500 requests in 5 m/)
  })

  it('tells programs the same', async () => {
    const { stdout } = await hubdex(['status', '--json'], environment)
    const status = JSON.parse(stdout)
    expect(status).toMatchObject({ endpoint: hub.url, isEstimate: false, unfinished: [], outboxEntries: 0 })
    expect(status.search).toEqual({ index: 'postgres', documents: 60, error: null })
    expect(status.verdict).toContain('Complete as of')
    expect(status.kinds[0]).toMatchObject({ kind: 'model', known: 30, live: 30, tombstones: 0 })
    expect(status.budgets[0]).toMatchObject({ bucket: 'api', quota: 500 })
    expect(status.settings).toEqual({ recentOverlapSecs: 600, maxRemovedPercent: 10 })
    expect(status.schedule).toContainEqual(expect.objectContaining({ job: 'recent', cron: '*/5 * * * *' }))
  })

  it('says the same over HTTP', async () => {
    const serve = startHubdex(['serve', '--port', '0', '--json'], environment)
    const { url } = JSON.parse(await firstLine(serve))
    const { body } = await request(`${url}/api/status`)
    /** Without what changes with the time of the reading. */
    const still = (text: string) =>
      JSON.parse(text, (key, value) => (['readAt', 'verdict', 'nextDueAt'].includes(key) ? typeof value : value))
    const answered = still(await body.text())
    serve.child.kill('SIGTERM')
    expect(answered).toEqual(still((await hubdex(['status', '--json'], environment)).stdout))
    expect((await serve.result).code).toBe(0)
  })

  it('says of a sweep that stopped what it has left, and why', async () => {
    for (const { id } of await catalog.rows(`select id from models limit 21`)) hub.change.delete('model', String(id))
    await hubdex(['crawl', 'models', '--stages', 'none'], environment)
    const { stdout } = await hubdex(['status'], environment)
    expect(stdout.split('\n')[0]).toContain('not proved gone, and so still here: 21 models.')
    expect(stdout).toMatch(/unconfirmed +21 +0 +0\n/)
    expect(stdout).toMatch(/note +last full pass of models: 21 of 30 models were missing.*HUBDEX_MAX_REMOVED_PERCENT/)
    const metrics = createMetrics({ role: 'serve', version: '1' })
    metrics.readCatalog({ status: () => readStatus(catalog.db, { endpoint: hub.url }) })
    expect(await metrics.text()).toMatch(/hubdex_unconfirmed_repos\{kind="model"\} 21\n/)
  })

  it('says from when what is gone is known, once full passes are overdue while recent ones go on', async () => {
    await catalog.rows(
      `update catalog.passes set finished_at = finished_at - interval '30 days' where kind = 'dataset'`,
    )
    const verdict = async (schedule: string) =>
      (await hubdex(['status'], { ...environment, HUBDEX_SCHEDULE_FULL: schedule })).stdout.split('\n')[0]
    expect(await verdict('0 3 * * *')).toMatch(
      /^Changes are in as of \d+ s ago, but what is gone from the Hub only as of 30 d ago: .* of datasets is overdue/,
    )
    expect(await verdict('off')).toContain('overdue')
    expect(await verdict('0 3 1 */3 *')).toMatch(/^Complete as of/)
  })

  it('tells the schedule of whoever keeps it, not that of its own settings', async () => {
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
