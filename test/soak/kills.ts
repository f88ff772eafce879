import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type CatalogTarget, openConnection } from '../../src/catalog/connection.ts'
import { STAGES } from '../../src/catalog/schema.ts'
import { SETTINGS } from '../../src/config/settings.ts'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { environmentOf } from '../support/hubdex.ts'
import { startHubdex } from '../support/hubdex-process.ts'
import { startLocalPostgres } from '../support/local-postgres.ts'
import { RequestTally } from '../support/request-tally.ts'

/**
 * Kills a crawl with all its stages with -9 at random instants, again and again, and compares the end with that of a crawl
 * that was left alone: the rows, and how many requests were sent twice. `node test/soak/kills.ts [kills] [repos]
 * [embedded|postgres]`: 200 kills, 6,000 repos, embedded by default. Ends with code 1 when the ends differ.
 */
const [kills = '200', repos = '6000', engine = 'embedded'] = process.argv.slice(2)
const LATEST_KILL_MS = 6_000
/** Tasks that one process has in work at most: each stage so many as there are connections. A kill makes them come again. */
const IN_WORK = SETTINGS.hubConnections.default * STAGES.length

/** Everything that must not depend on how often a process was killed; when things were written does. */
const STATE = `select
  (select md5(string_agg(concat_ws('|', hub_id, id, content_hash, likes, downloads, removed_cause), ',' order by hub_id))
    from catalog.repos left join catalog.repo_counters using (hub_id)) as repos,
  (select md5(string_agg(concat_ws('|', hub_id, stage, sha, outcome, reason), ',' order by hub_id, stage))
    from catalog.repo_stages) as stages,
  (select md5(string_agg(concat_ws('|', hub_id, file_count, file_bytes, paths), ',' order by hub_id))
    from catalog.repo_files) as files,
  (select md5(string_agg(concat_ws('|', hub_id, text), ',' order by hub_id)) from catalog.cards) as cards,
  (select md5(string_agg(concat_ws('|', hub_id, position, row_count, byte_count), ',' order by hub_id, position))
    from catalog.parquet_splits) as parquet,
  (select count(*)::int from catalog.repo_stages) as tasks,
  (select sum(pages)::int from catalog.passes where kind <> 'tags' and pass_id <= 4) as pages,
  (select count(*)::int from catalog.failures) as failures,
  (select count(*)::int from catalog.stage_claims) as claims`

const folder = await mkdtemp(join(tmpdir(), 'hubdex-kills-'))
const server = engine === 'postgres' ? await startLocalPostgres() : undefined
try {
  const calm = await run(await targetOf('calm'), 0)
  const killed = await run(await targetOf('killed'), Number(kills))
  console.log(`\nleft alone: ${calm.state}\nkilled:     ${killed.state}`)
  const pages = killed.listed - killed.pages
  const tasks = killed.repeatedTasks - calm.repeatedTasks
  console.log(
    `repeated:   ${pages} pages and ${tasks} tasks in ${kills} kills, of 3 lists and ${IN_WORK} tasks at a time`,
  )
  const isWithin = pages <= 3 * Number(kills) && tasks <= IN_WORK * Number(kills)
  process.exitCode = calm.state === killed.state && isWithin ? 0 : 1
} finally {
  await server?.stop()
  await rm(folder, { recursive: true })
}

async function targetOf(name: string): Promise<CatalogTarget> {
  if (server === undefined) return { dataDirectory: join(folder, name) }
  const connection = await openConnection({ databaseUrl: server.url })
  await connection.pool.query(`create database ${name}`)
  await connection.close()
  return { databaseUrl: server.url.replace(/\/postgres$/, `/${name}`) }
}

interface End {
  state: string
  /** Pages of lists asked for, and kept, over all passes. */
  listed: number
  pages: number
  repeatedTasks: number
}

/** A crawl from nothing to its end, killed so often on the way. */
async function run(target: CatalogTarget, times: number): Promise<End> {
  const tally = new RequestTally()
  const hub = await createSampleHub({
    ...{ repos: Number(repos), seed: 13, quota: 0, latencyMs: 10 },
    onRequest: (url) => tally.count(url),
  })
  const environment = {
    ...environmentOf({ target, remove: () => Promise.resolve() }),
    HF_ENDPOINT: hub.url,
    HUBDEX_PAGE_SIZE: '50',
  }
  // A slow machine sets the embedded engine up in more time than the shortest life here, and a kill sets it back.
  await startHubdex(['db', 'migrate'], environment).result
  const start = () => startHubdex(['crawl', '--json', '--stage-requests', '1000000'], environment)
  for (let kill = 1; kill <= times; kill++) {
    const crawl = start()
    await Promise.race([delay(Math.random() * LATEST_KILL_MS), crawl.result])
    crawl.child.kill('SIGKILL')
    await crawl.result
    process.stderr.write(`\r${kill} of ${times} kills, ${hub.requests.total} requests`)
  }
  const { code, stderr } = await start().result
  if (code !== 0) throw new Error(`The crawl ended with code ${code}: ${stderr}`)
  await hub.close()
  const connection = await openConnection(target)
  const { rows } = await connection.pool.query(STATE)
  const passes = await connection.pool.query(`select sum(pages)::int as pages from catalog.passes where kind <> 'tags'`)
  await connection.close()
  return {
    state: JSON.stringify(rows[0]),
    listed: tally.listed,
    pages: passes.rows[0].pages,
    repeatedTasks: tally.repeatedTasks,
  }
}
