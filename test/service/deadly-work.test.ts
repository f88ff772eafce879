import { describe, expect, it } from 'vitest'
import { openConnection } from '../../src/catalog/connection.ts'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { anyCatalogTarget, type TestTarget } from '../support/catalog/embedded.ts'
import { environmentOf, hubdex } from '../support/processes/hubdex.ts'
import { type CommandResult, type RunningCommand, startHubdex } from '../support/processes/hubdex-process.ts'

/** More than any case here needs. */
const MAX_DEATHS = 8

// The Hub kills each process that sends a certain request, as a response does that needs more memory than the machine has.
describe('work that kills each process', () => {
  /** Starts one crawl after the other, until one ends by itself. */
  async function crawlUntilItEnds(
    { create }: Pick<(typeof anyCatalogTarget)[number], 'create'>,
    isDeadly: (url: string) => boolean,
    flags: readonly string[],
    use: (end: { deaths: number; last: CommandResult; target: TestTarget }) => Promise<void>,
  ): Promise<void> {
    let crawl: RunningCommand | undefined
    const hub = await createSampleHub({
      ...{ repos: 24, seed: 11, quota: 0 },
      onRequest: (url) => isDeadly(url) && crawl?.child.kill('SIGKILL'),
    })
    const target = await create({ hasSchema: true })
    try {
      const environment = { HF_ENDPOINT: hub.url, HUBDEX_PAGE_SIZE: '3', ...environmentOf(target) }
      for (let deaths = 0; deaths <= MAX_DEATHS; deaths++) {
        crawl = startHubdex(['crawl', '--json', ...flags], environment)
        const last = await crawl.result
        if (last.code !== null) return await use({ deaths, last, target })
      }
      throw new Error(`Each of ${MAX_DEATHS + 1} processes died.`)
    } finally {
      await hub.close()
      await target.remove()
    }
  }

  async function rowsOf({ target }: TestTarget, query: string): Promise<unknown[]> {
    const connection = await openConnection(target)
    try {
      return (await connection.pool.query(query)).rows
    } finally {
      await connection.close()
    }
  }

  it.each(anyCatalogTarget)(
    'on one repo becomes a failure that is retried later, and all other repos are done ($engine)',
    async (given) => {
      const requested: string[] = []
      const isDeadly = (url: string): boolean => {
        if (!url.includes('blobs=true')) return false
        requested.push(url)
        // By then other tasks are stored, and some are in flight.
        return url === requested[11]
      }
      await crawlUntilItEnds(given, isDeadly, ['--stages', 'details'], async ({ deaths, last, target }) => {
        expect([deaths, last.code]).toEqual([4, 0])
        expect(JSON.parse(last.stdout).stages.details).toMatchObject({ state: 'complete', failed: 0, due: 0 })
        expect(await rowsOf(target, `select count(*)::int from repo_stages where outcome = 'done'`)).toEqual([{ count: 23 }])
        expect(await rowsOf(target, 'select task, cause, attempts, retry_at > now() as waits from failures')).toEqual([
          { task: 'details', cause: 'process-died', attempts: 4, waits: true },
        ])
      })
    },
    300_000,
  )

  it.each(anyCatalogTarget)(
    'on one page of a list pauses that pass, and reports until when ($engine)',
    async (given) => {
      const isDeadly = (url: string): boolean => /^\/api\/models\?.*cursor=/.test(url)
      await crawlUntilItEnds(given, isDeadly, ['--stages', 'none'], async ({ deaths, last, target }) => {
        // Which page caused the first death is not known.
        expect([deaths, last.code]).toEqual([5, 1])
        const { passes } = JSON.parse(last.stdout)
        const note = { code: 'process-died', text: expect.stringMatching(/4 .*\d{4}-\d\d-\d\dT/) }
        expect(passes[0]).toMatchObject({ kind: 'model', state: 'failed', pages: 1, note })
        expect(passes.slice(1).map(({ state }: { state: string }) => state)).toEqual(Array(4).fill('complete'))
        const { stdout } = await hubdex(['failures', 'retry', '--json'], environmentOf(target))
        expect(JSON.parse(stdout)).toEqual({ retried: 1 })
        expect(await rowsOf(target, 'select deaths from catalog.passes where deaths > 0')).toEqual([])
      })
    },
    300_000,
  )
})
