import { setTimeout as delay } from 'node:timers/promises'
import { openConnection } from '../../../src/catalog/connection.ts'
import { REPO_KINDS } from '../../../src/hub/kinds.ts'
import { createSampleHub } from '../../../src/sample-hub/sample-hub.ts'
import { PostgresSearchEngine } from '../../../src/search/postgres/engine.ts'
import type { TestTarget } from '../catalog/embedded.ts'
import { environmentOf } from '../processes/hubdex.ts'
import { startHubdex } from '../processes/hubdex-process.ts'
import { type CatalogReader, catalogLines, hubLines } from './hub-truth.ts'

export interface ChurnedUpOptions {
  /** How long the Hub keeps changing. */
  seconds: number
  repos: number
  changesPerSecond: number
  /** Cron expressions with seconds, to run jobs more often. */
  fullSchedule: string
  recentSchedule: string
}

export interface ChurnedUpResult {
  /** The Hub and the catalog at the end, one line per repo. */
  hub: string[]
  catalog: string[]
  /** Number of search documents at the end. */
  searchable: number
  tombstones: number
  /** Complete passes by scope. */
  passes: Record<string, number>
  stagesDone: number
  code: number | null
}

const POLL_MS = 250

/** Runs `hubdex up` against a changing Hub, stops the changes, and waits for a full pass that began afterwards. */
export async function runChurnedUp(made: TestTarget, options: ChurnedUpOptions): Promise<ChurnedUpResult> {
  const hub = await createSampleHub({ repos: options.repos, seed: 31, quota: 0 })
  const up = startHubdex(['up', '--json'], {
    HF_ENDPOINT: hub.url,
    HUBDEX_PORT: '0',
    HUBDEX_SCHEDULE_FULL: options.fullSchedule,
    HUBDEX_SCHEDULE_RECENT: options.recentSchedule,
    HUBDEX_SCHEDULE_JITTER_SECS: '0',
    HUBDEX_RECENT_OVERLAP_SECS: '5',
    HUBDEX_MAX_REMOVED_PERCENT: '100',
    ...environmentOf(made),
  })
  const ended = up.result.then(({ code, stderr }) => {
    throw new Error(`hubdex up ended with code ${code}: ${stderr.slice(-2000)}`)
  })
  ended.catch(() => undefined)
  const connection = await openConnection(made.target)
  const catalog: CatalogReader = { rows: async (query) => (await connection.pool.query(query)).rows }
  const value = async (query: string) => Number(Object.values((await catalog.rows(query))[0] ?? {})[0])
  const until = async (isTrue: () => Promise<boolean>) => {
    while (!(await isTrue().catch(() => false))) await Promise.race([delay(POLL_MS), ended])
  }
  try {
    await until(async () => (await value('select count(*) from passes')) > 0)
    hub.setChurn(options.changesPerSecond)
    await Promise.race([delay(options.seconds * 1000), ended])
    hub.setChurn(0)
    const lastPass = await value('select max(pass_id) from passes')
    await until(
      async () =>
        (await value(`select count(distinct kind) from passes
          where pass_id > ${lastPass} and scope = 'full' and state = 'complete' and kind <> 'tags'`)) === 3,
    )
    // The last page of a pass is followed by its sweep.
    await until(async () => (await value('select count(*) from catalog.removal_candidates')) === 0)
    await until(async () => (await value('select count(*) from catalog.search_outbox')) === 0)
    up.child.kill('SIGINT')
    const { code } = await up.result
    const passes = await catalog.rows(`select scope, count(*)::int from passes where state = 'complete' group by scope`)
    return {
      hub: hubLines(hub),
      catalog: await catalogLines(catalog),
      searchable: (await new PostgresSearchEngine(connection).search({ filters: { kind: REPO_KINDS }, limit: 0 })).total,
      tombstones: await value('select count(*) from repos where removed_at is not null'),
      passes: Object.fromEntries(passes.map(({ scope, count }) => [scope, Number(count)])),
      stagesDone: await value('select count(*) from catalog.repo_stages'),
      code,
    }
  } finally {
    up.child.kill('SIGKILL')
    await up.result
    await connection.close()
    await hub.close()
  }
}
