import { readFileSync, writeFileSync } from 'node:fs'
import pg from 'pg'
import { openConnection } from '../src/catalog/connection.ts'
import { createCatalogStore } from '../src/catalog/mirror/catalog-store.ts'
import { acknowledge, readOutbox, rowVersions, searchRows } from '../src/catalog/outbox/outbox.ts'
import { controlRepos, liveRepos, removalCandidates } from '../src/catalog/passes/removals.ts'
import { createRefreshQueue } from '../src/catalog/processes/refresh-queue.ts'
import { findRepos } from '../src/catalog/repos/reads.ts'
import { readRepo } from '../src/catalog/repos/record.ts'
import { writeRepos } from '../src/catalog/repos/write-page.ts'
import { claimTask, planTasks } from '../src/catalog/stages/claim-tasks.ts'
import { STAGE_WEIGHTS } from '../src/catalog/stages/stage-order.ts'
import { createStageStore } from '../src/catalog/stages/stage-store.ts'
import { readStatus } from '../src/catalog/status.ts'
import { parseListQuery } from '../src/hub-server/lists/list-query.ts'
import { createSampleHub } from '../src/sample-hub/sample-hub.ts'
import { PostgresSearchEngine } from '../src/search/postgres/engine.ts'
import { startHubdex } from '../test/support/processes/hubdex-process.ts'
import { startLocalPostgres } from '../test/support/servers/local-postgres.ts'

/**
 * Writes the plans of frequent statements into query-plans.md, as auto_explain reports them for a catalog of generated repos:
 * `node bench/explain.ts [repos]`, 20,000 by default.
 */
const repos = Number(process.argv[2] ?? 20_000)
const PAGE = new URL('query-plans.md', import.meta.url)
const BEGIN = '<!-- Plans, written by bench/explain.ts -->'
const LONGEST_LINE = 140

const hub = await createSampleHub({ repos, quota: 0 })
const server = await startLocalPostgres()
if (server === undefined) throw new Error('This needs a Postgres on the machine.')
const crawl = await startHubdex(['crawl', '--stages', 'details', '--stage-requests', '2000'], {
  ...{ HF_ENDPOINT: hub.url, DATABASE_URL: server.url },
}).result
if (crawl.code !== 0) throw new Error(crawl.stderr)
await explainAll(server.url)

const connection = await openConnection({ databaseUrl: server.url })
const { db, pool } = connection
let notices: string[] = []
pool.on('connect', (client) => {
  client.on('notice', ({ message }) => message !== undefined && notices.push(message))
})
// Replaces the connection that was opened before the listener was added.
const [idle] = await Promise.all([pool.connect()])
idle.release(true)

const { rows } = await pool.query(`select hub_id, id from catalog.repos where kind = 'model' limit 24`)
const hubIds = rows.map(({ hub_id }) => String(hub_id))
const [first = ''] = hubIds
const listed = (await (await fetch(`${hub.url}/api/models?limit=1000&full=true`)).json()) as object[]
const records = listed.flatMap((item, index) => {
  const record = readRepo('model', { ...item, downloads: index })
  return 'reason' in record ? [] : [record]
})
const stages = createStageStore(connection, { name: 'nobody', isGone: () => false })
const [task] = await stages.claimTasks('card', 1)
if (task === undefined) throw new Error('No card is due.')
const card = { stage: 'card' as const, text: 'A card.', bytes: 7, truncated: false }
const search = new PostgresSearchEngine(connection)
const mirror = createCatalogStore(db)
const rules = { ascendingCreatedAt: true, expandRefusedOnLists: [], unknownSorts: {} }
const mirrorQuery = (query: string) => parseListQuery('model', new URLSearchParams(query), rules, []).query
const facets = ['task', 'library', 'license', 'author', 'tag'] as const

const calls: [string, () => Promise<unknown>][] = [
  ['Write a page of known repos with new counters', () => writeRepos(connection, records)],
  ['Find what a pass missed', () => removalCandidates(db, 'model', { notProbedSince: new Date(), limit: 24 })],
  ['Choose control repos', () => controlRepos(db, 'model', 3)],
  ['Plan the tasks of a stage', () => planTasks(db, 'card', 1000, STAGE_WEIGHTS)],
  ['Claim one task', () => claimTask(db, 'card', first, 'nobody')],
  ['Store what a stage fetched', () => stages.finishTask(task, { outcome: 'done', reason: null, data: card })],
  ['Lease repos that webhooks named', () => createRefreshQueue(db).lease(4)],
  ['Read the outbox', () => readOutbox(db, 1000)],
  ['Read row versions before and after indexing', () => rowVersions(db, hubIds)],
  ['Read rows to make documents', () => searchRows(db, hubIds)],
  ['Acknowledge applied entries', async () => acknowledge(db, await readOutbox(db, 24), 0)],
  ['Search: words, a filter, five facets', () => search.search({ words: 'bert', filters: { kind: ['model'] }, facets })],
  ['Search: a broad filter, sorted', () => search.search({ filters: { kind: ['model'] }, sort: 'downloads', facets })],
  ['Find a live repo by name', () => liveRepos(db, 'model', String(rows[0]?.id))],
  ['Find a repo by any name it ever had', () => findRepos(db, String(rows[0]?.id))],
  ['Mirror: a page by likes', () => mirror.list(mirrorQuery('sort=likes&limit=100'))],
  ['Mirror: a page by age', () => mirror.list(mirrorQuery('sort=createdAt&limit=100'))],
  ['Mirror: a page of a tag', () => mirror.list(mirrorQuery('filter=gguf&limit=100'))],
  ['Mirror: a page of names with a word', () => mirror.list(mirrorQuery('search=zephyr&limit=100'))],
  ['Status', () => readStatus(db, { endpoint: hub.url })],
]
const sections: string[] = []
for (const [title, run] of calls) {
  notices = []
  await run()
  const plans = notices.map(planIn).filter((plan) => plan !== undefined)
  sections.push(`### ${title}\n\n\`\`\`\n${plans.join('\n\n')}\n\`\`\`\n`)
}
const page = readFileSync(PAGE, 'utf8')
writeFileSync(PAGE, `${page.slice(0, page.indexOf(BEGIN) + BEGIN.length)}\n\n${sections.join('\n')}`)
await connection.close()
await server.stop()
await hub.close()

/** Makes the database report the plan of every statement. */
async function explainAll(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('vacuum analyze')
  await client.query(
    `insert into catalog.processes (lease_owner, role, version, tasks, budgets) values ('nobody', 'bench', '1', '{}', '{}')`,
  )
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_level': 'notice',
  }
  for (const [name, value] of Object.entries(settings)) {
    await client.query(`alter database postgres set ${name} = ${client.escapeLiteral(value)}`)
  }
  await client.end()
}

/** The plan in a notice, without estimated costs and the text of the statement. */
function planIn(notice: string): string | undefined {
  const lines = notice.split('\n')
  const root = lines.findIndex((line) => line.includes('(cost='))
  if (root < 0) return undefined
  const plan = lines.slice(root).map((line) => line.replace(/ \(cost=[^)]*\)/, ''))
  const took = /duration: ([\d.]+ ms)/.exec(notice)?.[1]
  return [...plan, `Duration: ${took}`].map(shortened).join('\n')
}

function shortened(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line
}
