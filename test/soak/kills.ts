import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type CatalogTarget, openConnection } from '../../src/catalog/connection.ts'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { catalogState } from '../support/catalog/catalog-state.ts'
import { environmentOf } from '../support/processes/hubdex.ts'
import { startHubdex } from '../support/processes/hubdex-process.ts'
import { Lives, UNDER_WAY } from '../support/processes/lives.ts'
import { startLocalPostgres } from '../support/servers/local-postgres.ts'

/**
 * Kills a crawl with all its stages with -9 at random instants, again and again until its end, and compares that with the end
 * of a crawl that was left alone. `node test/soak/kills.ts [kills] [repos] [embedded|postgres]`: 200 kills, 6,000 repos,
 * embedded by default. It proves that both ends are the same, row by row, and that no kill makes more work come again than was
 * under way; ends with code 1 otherwise.
 */
const [kills = '200', repos = '6000', engine = 'embedded'] = process.argv.slice(2)

/** One kill in so many comes while the process still starts, and opens the catalog that another left behind. */
const AT_START = 10
const START_MS = 2_000
/** Of the requests of a crawl that is left alone, those between all kills: each of them finds something left to do. */
const REQUEST_SHARE = 0.8
/** The request after which a kill comes is chosen, and then the instant: before its answer, while that is kept, or later. */
const LATER_MS = 100

/** A crawl ends with all of it searchable. */
const UNSEARCHABLE = `select count(*)::int as unsearchable from catalog.repos r
  where not exists (select from search.document d where d.hub_id = r.hub_id)`

interface End {
  state: string
  lives: Lives
  requests: number
  /** By what the process had asked for last. */
  killed: Record<string, number>
}

const folder = await mkdtemp(join(tmpdir(), 'hubdex-kills-'))
const server = engine === 'postgres' ? await startLocalPostgres() : undefined
try {
  const calm = await run(await targetOf('calm'), 0, 0)
  const lifeRequests = (REQUEST_SHARE * calm.requests) / Number(kills)
  const end = await run(await targetOf('killed'), Number(kills), lifeRequests)
  const isSame = calm.state === end.state
  console.log(`\nleft alone: ${calm.state}\nkilled:     ${end.state}`)
  console.log(`killed while it had last asked for: ${told(end.killed)}`)
  console.log(`asked for again, in all:            ${told(end.lives.repeated)}`)
  console.log(`after one kill at most:             ${told(end.lives.most)} (allowed: ${told(UNDER_WAY)})`)
  console.log(
    isSame
      ? `Proved: a crawl of ${repos} repos that was killed ${kills} times ends as one that was left alone.`
      : 'The crawl that was killed ended otherwise than the one that was left alone.',
  )
  console.log(
    end.lives.isWithinBounds
      ? 'Proved: after a kill no more came again than was under way.'
      : 'After a kill more came again than was under way.',
  )
  process.exitCode = isSame && end.lives.isWithinBounds ? 0 : 1
} finally {
  await server?.stop()
  await rm(folder, { recursive: true })
}

function told(counts: Record<string, number>): string {
  return Object.entries(counts)
    .toSorted()
    .map(([what, count]) => `${what} ${count}`)
    .join(', ')
}

async function targetOf(name: string): Promise<CatalogTarget> {
  if (server === undefined) return { dataDirectory: join(folder, name) }
  const connection = await openConnection({ databaseUrl: server.url })
  await connection.pool.query(`create database ${name}`)
  await connection.close()
  return { databaseUrl: server.url.replace(/\/postgres$/, `/${name}`) }
}

/** A crawl from nothing to its end, killed so often on the way, after so many requests on average. */
async function run(target: CatalogTarget, times: number, lifeRequests: number): Promise<End> {
  const lives = new Lives()
  let left = 0
  let asked = Promise.withResolvers<void>()
  const hub = await createSampleHub({
    ...{ repos: Number(repos), seed: 13, quota: 0, latencyMs: 10 },
    onRequest: (url) => {
      lives.count(url)
      if (--left <= 0) asked.resolve()
    },
  })
  const environment = {
    ...environmentOf({ target }),
    HF_ENDPOINT: hub.url,
    HUBDEX_PAGE_SIZE: '50',
  }
  // A slow machine sets the embedded engine up in more time than the shortest life here, and a kill sets it back.
  await startHubdex(['db', 'migrate'], environment).result
  const start = () => startHubdex(['crawl', '--json', '--stage-requests', '1000000'], environment)
  const killed: Record<string, number> = {}
  for (let kill = 1; kill <= times; kill++) {
    asked = Promise.withResolvers<void>()
    left = 1 + Math.floor(Math.random() * 2 * lifeRequests)
    const crawl = start()
    const isAtStart = kill % AT_START === 0
    if (!isAtStart) await Promise.race([asked.promise, crawl.result])
    await Promise.race([delay(Math.random() * (isAtStart ? START_MS : LATER_MS)), crawl.result])
    const isOver = crawl.child.exitCode !== null
    crawl.child.kill('SIGKILL')
    await crawl.result
    const moment = isOver ? 'nothing, being done' : lives.last
    killed[moment] = (killed[moment] ?? 0) + 1
    lives.end()
    process.stderr.write(`\r${kill} of ${times} kills, ${hub.requests.total} requests`)
  }
  // A task that by chance was under way at four kills in a row would wait for hours.
  await startHubdex(['failures', 'retry', '--cause', 'process-died'], environment).result
  const { code, stderr } = await start().result
  if (code !== 0) throw new Error(`The crawl ended with code ${code}: ${stderr}`)
  lives.end()
  await hub.close()
  const connection = await openConnection(target)
  const rows = async (query: string) => (await connection.pool.query(query)).rows
  const state = { ...(await catalogState({ rows })), ...(await rows(UNSEARCHABLE))[0] }
  await connection.close()
  return { state: JSON.stringify(state), lives, requests: hub.requests.total, killed }
}
