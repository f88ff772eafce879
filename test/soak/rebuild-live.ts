import { setTimeout as delay } from 'node:timers/promises'
import { startHub } from '../../bench/support/child.ts'
import { percentile } from '../../bench/support/percentile.ts'
import { renderTable } from '../../src/output/table.ts'
import { Fleet } from '../support/processes/fleet.ts'
import { firstLine } from '../support/processes/hubdex-process.ts'
import { type KnownRepo, SearchClients } from '../support/processes/search-clients.ts'
import { startLocalPostgres } from '../support/servers/local-postgres.ts'

/**
 * Rebuilds the search index on Postgres while the Hub changes, `hubdex up` crawls it and clients search, then kills rebuilds at
 * random instants. Ends with code 1 if a search fails or does not find a repo by its name, if a count of everything is that of
 * a part, or if the index differs from the catalog at the end. Times are reported, with the goal of at most twice the quiet
 * p95, and decide nothing. `node test/soak/rebuild-live.ts [repos] [kills] [changes per second] [clients] [pause in ms]`:
 * 1,000,000 repos, 10 kills, 20 changes, 4 clients that pause for 200 ms.
 */
const [repos = 1_000_000, kills = 10, changes = 20, clients = 4, pauseMs = 200] = process.argv.slice(2).map(Number)
/** How long each phase without a rebuild lasts: 15 to 60 seconds. */
const CALM_MS = Math.min(60_000, Math.max(15_000, repos / 10))
const KNOWN = 500
/** A count may differ by what was created or removed meanwhile, and by this share for what is not yet indexed. */
const UNINDEXED_SHARE = 0.005

const postgres = await startLocalPostgres({ isDurable: true })
if (postgres === undefined) throw new Error('This needs a Postgres on the machine.')
const hub = await startHub(repos, { churn: changes })
const fleet = await Fleet.over(postgres.url, {
  ...{ HF_ENDPOINT: hub.url, HUBDEX_PORT: '0', HUBDEX_SCHEDULE_FULL: 'off', HUBDEX_SCHEDULE_JITTER_SECS: '0' },
  ...{ HUBDEX_SCHEDULE_RECENT: '*/10 * * * * *', HUBDEX_RECENT_OVERLAP_SECS: '5', HUBDEX_SCHEDULE_STAGES: 'off' },
})
const rows: object[] = []
const problems: string[] = []
const problem = (text: string) => {
  problems.push(text)
  console.log(`FAILED: ${text}`)
}
const run = async (...commandLine: string[]) => {
  const { code, stdout, stderr } = await fleet.start(...commandLine).result
  if (code !== 0) throw new Error(`hubdex ${commandLine.join(' ')} ended with code ${code}: ${stderr}`)
  return stdout
}
const live = () => fleet.value('select count(*) from catalog.repos where removed_at is null')
const epoch = () => fleet.value('select coalesce(max(epoch), 0) from catalog.active_index')

await run('crawl', '--stages', 'none')
await fleet.catalog.rows('vacuum analyze')
const chosen = await fleet.catalog.rows(
  `select kind, id from catalog.repos where removed_at is null and kind <> 'collection' order by md5(hub_id) limit ${KNOWN}`,
)
const known: KnownRepo[] = chosen.map(({ kind, id }) => ({ kind: String(kind), id: String(id) }))
const serve = fleet.start('serve', '--json')
const searches = new SearchClients(JSON.parse(await firstLine(serve)).url, known, { clients, pauseMs })
await delay(CALM_MS / 4)
// Filling caches does not count.
searches.taken()

const calmP95 = await phase('quiet', () => delay(CALM_MS))
const up = fleet.start('up', '--json')
await phase('crawled while it changes', () => delay(CALM_MS))
const before = await epoch()
let rebuildMs = 0
const p95 = await phase('rebuilt meanwhile', async () => {
  const startedMs = performance.now()
  await run('index', 'rebuild', '--json')
  rebuildMs = performance.now() - startedMs
})
if ((await epoch()) !== before + 1) problem(`the index was swapped ${(await epoch()) - before} times by one rebuild`)
let swapped = 0
await phase(`${kills} rebuilds killed`, killRebuilds)
await phase('rebuilt after them', () => run('index', 'rebuild', '--json'))
await phase('after the rebuilds', () => delay(CALM_MS))

await searches.stop()
// Then nothing changes the catalog.
up.child.kill('SIGINT')
await up.result
const check = await fleet.start('index', 'check', '--sample', String(repos)).result
console.log(check.stdout.trim())
if (check.code !== 0) problem('the index differs from the catalog')
const left = await fleet.value(`select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname like 'search\\_%' and c.relkind = 'r'`)
if (left > 0) problem(`${left} tables of a killed rebuild are left`)
await fleet.close()
await hub.stop()
await postgres.stop()

console.log(renderTable(rows))
console.log(
  `a rebuild of ${repos} repos meanwhile: ${(rebuildMs / 1000).toFixed(1)} s; ${swapped} of ${kills} killed ones had swapped`,
)
const ratio = p95 / calmP95
console.log(
  `p95 during the rebuild: ${ratio.toFixed(2)} times the quiet one; ` +
    `the goal is at most 2: ${ratio <= 2 ? 'reached' : 'MISSED'}`,
)
console.log(problems.length === 0 ? 'Proved: no search failed, and none saw a part.' : `FAILED: ${problems.join('; ')}`)
process.exitCode = problems.length === 0 ? 0 : 1

/** Kills each rebuild at a random instant of its length, some after the swap. */
async function killRebuilds(): Promise<void> {
  for (let kill = 0; kill < kills; kill++) {
    const epochBefore = await epoch()
    const rebuild = fleet.start('index', 'rebuild')
    const afterMs = Math.random() * rebuildMs
    await Promise.race([delay(afterMs), rebuild.result])
    rebuild.child.kill('SIGKILL')
    await rebuild.result
    const moved = (await epoch()) - epochBefore
    swapped += moved
    console.log(`killed after ${(afterMs / 1000).toFixed(1)} s${moved > 0 ? ', after the swap' : ''}`)
  }
}

/** Runs something while clients search, and checks what they saw. @returns the p95 of searches with five facets */
async function phase(name: string, work: () => Promise<unknown>): Promise<number> {
  searches.taken()
  const [liveBefore, startedAt] = [await live(), new Date()]
  await work()
  const { timesMs, failed, missed, totals } = searches.taken()
  const liveAfter = await live()
  const moved = await fleet.value(
    `select count(*) from catalog.repos
     where first_seen_at >= '${startedAt.toISOString()}' or removed_at >= '${startedAt.toISOString()}'`,
  )
  const slack = moved + UNINDEXED_SHARE * liveBefore
  const [least, most] = [Math.min(...totals), Math.max(...totals)]
  if (least < Math.min(liveBefore, liveAfter) - slack || most > Math.max(liveBefore, liveAfter) + slack) {
    problem(`${name}: searches counted ${least} to ${most} repos; the catalog has ${liveBefore} to ${liveAfter}`)
  }
  for (const one of failed.slice(0, 5)) problem(`${name}: ${one}`)
  for (const { kind, id } of missed) {
    const isThere = await fleet.value(
      `select count(*) from catalog.repos where kind = '${kind}' and id = '${id}' and removed_at is null`,
    )
    if (isThere > 0) problem(`${name}: a search for ${kind} ${id} did not find it first`)
  }
  const [p50Ms, p95Ms, maxMs] = [0.5, 0.95, 1].map((share) => Math.round(percentile(timesMs, share)))
  const searched = timesMs.length
  rows.push({ phase: name, searches: searched, failed: failed.length, 'p50 ms': p50Ms, 'p95 ms': p95Ms, 'max ms': maxMs })
  console.log(`${name}: ${searched} searches, p50 ${p50Ms} ms, p95 ${p95Ms} ms, ${failed.length} failed`)
  return p95Ms ?? 0
}
