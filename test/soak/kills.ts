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
 * Kills a crawl with all its stages with -9 at random times until its end, and compares it with an undisturbed crawl.
 * `node test/soak/kills.ts [kills] [repos] [embedded|postgres]`: 200 kills, 6,000 repos, embedded by default. Proves that both
 * results are equal row by row, and that a kill repeats only work that was in flight; ends with code 1 otherwise.
 */
const [kills = '200', repos = '6000', engine = 'embedded'] = process.argv.slice(2)

/** One kill in ten comes during the start, when the process opens the catalog that the one before left behind. */
const AT_START = 10
const START_MS = 2_000
/** The kills are spread over this share of an undisturbed crawl's requests, so that each finds work left. */
const REQUEST_SHARE = 0.8
/** A kill comes at most this long after a random request: before its response, while that is stored, or later. */
const LATER_MS = 100

/** Counts repos that are not searchable at the end of a crawl. */
const UNSEARCHABLE = `select count(*)::int as unsearchable from catalog.repos r
  where not exists (select from search.document d where d.hub_id = r.hub_id)`

interface End {
  state: string
  lives: Lives
  requests: number
  /** The number of kills by the last request before them. */
  killed: Record<string, number>
}

const folder = await mkdtemp(join(tmpdir(), 'hubdex-kills-'))
const server = engine === 'postgres' ? await startLocalPostgres() : undefined
try {
  const calm = await run(await targetOf('calm'), 0, 0)
  const lifeRequests = (REQUEST_SHARE * calm.requests) / Number(kills)
  const end = await run(await targetOf('killed'), Number(kills), lifeRequests)
  const isSame = calm.state === end.state
  console.log(`\nundisturbed: ${calm.state}\nkilled:      ${end.state}`)
  console.log(`last request before a kill:    ${countsText(end.killed)}`)
  console.log(`repeated requests in total:    ${countsText(end.lives.repeated)}`)
  console.log(`most repeated after one kill:  ${countsText(end.lives.most)} (allowed: ${countsText(UNDER_WAY)})`)
  console.log(
    isSame
      ? `Proved: a crawl of ${repos} repos that was killed ${kills} times ends as an undisturbed one.`
      : 'The killed crawl ended differently from the undisturbed one.',
  )
  console.log(
    end.lives.isWithinBounds
      ? 'Proved: a kill repeats only requests that were in flight.'
      : 'A kill repeated more requests than were in flight.',
  )
  process.exitCode = isSame && end.lives.isWithinBounds ? 0 : 1
} finally {
  await server?.stop()
  await rm(folder, { recursive: true })
}

function countsText(counts: Record<string, number>): string {
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

/** Runs a crawl to its end, killed this many times on the way, each time after `lifeRequests` requests on average. */
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
  // Setting up the embedded engine may take longer than the shortest life here, and a kill would start it over.
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
    const moment = isOver ? 'nothing left' : lives.last
    killed[moment] = (killed[moment] ?? 0) + 1
    lives.end()
    process.stderr.write(`\r${kill} of ${times} kills, ${hub.requests.total} requests`)
  }
  // A task that happened to be in flight at four kills in a row would wait for hours.
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
