import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { catalogTargets, type TestTarget } from '../support/embedded.ts'
import { environmentOf, hubdex } from '../support/hubdex.ts'

// The commands are the same on either engine; opening a real Postgres takes no second.
describe.each(catalogTargets.slice(-1))('hubdex status ($engine)', ({ create }) => {
  let hub: SampleHub
  let catalog: TestTarget
  let environment: Record<string, string>

  beforeAll(async () => {
    hub = await createSampleHub({ repos: 60, seed: 4, quota: 500 })
    catalog = await create()
    environment = { HF_ENDPOINT: hub.url, ...environmentOf(catalog) }
  })
  afterAll(async () => {
    await hub.close()
    await catalog.remove()
  })

  it('says first that nothing is complete, then what is, as of when, and what the rest needs', async () => {
    await hubdex(['crawl', 'models', '--stages', 'none'], environment)
    const early = await hubdex(['status'], environment)
    expect(early.stdout.split('\n')[0]).toContain('Not complete: no full pass of datasets and spaces has ended yet.')

    await hubdex(['crawl', '--stages', 'none'], environment)
    const { code, stdout } = await hubdex(['status'], environment)
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toMatch(/^Complete as of \d+ s ago\. \d+ stage tasks are due/)
    for (const word of ['models', 'datasets', 'spaces', 'details', 'parquet', 'card', 'trending score', 'settings']) {
      expect(stdout).toContain(word)
    }
    expect(stdout).toMatch(/budget +api 500 in 5 m/)
  })

  it('tells programs the same', async () => {
    const { stdout } = await hubdex(['status', '--json'], environment)
    const status = JSON.parse(stdout)
    expect(status).toMatchObject({ endpoint: hub.url, isEstimate: false, unfinished: [], outboxEntries: 0 })
    expect(status.search).toEqual({ index: 'postgres', documents: 60, error: null })
    expect(status.verdict).toContain('Complete as of')
    expect(status.kinds[0]).toMatchObject({ kind: 'model', known: 30, live: 30, tombstones: 0 })
    expect(status.budgets[0]).toMatchObject({ bucket: 'api', quota: 500 })
    expect(Object.keys(status.settings)).toContain('scheduleRecent')
  })
})
