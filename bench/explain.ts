import { readFileSync, writeFileSync } from 'node:fs'
import { type CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import { openConnection } from '../src/catalog/connection.ts'
import { readOutbox, rowVersions, searchRows } from '../src/catalog/outbox.ts'
import { createRefreshQueue } from '../src/catalog/refresh-queue.ts'
import { controlRepos, liveRepos, removalCandidates } from '../src/catalog/removals.ts'
import { findRepos } from '../src/catalog/repo-reads.ts'
import type { Database } from '../src/catalog/schema.ts'
import { claimTask, planTasks } from '../src/catalog/stages/claim-tasks.ts'
import { STAGE_WEIGHTS } from '../src/catalog/stages/stage-order.ts'
import { createSampleHub } from '../src/sample-hub/sample-hub.ts'
import { startHubdex } from '../test/support/hubdex-process.ts'
import { startLocalPostgres } from '../test/support/local-postgres.ts'

/**
 * How Postgres does the statements that run all the time, over a catalogue of generated repos: writes the plans into
 * docs/postgres.md. `node bench/explain.ts [repos]`: 20,000.
 */
const repos = Number(process.argv[2] ?? 20_000)
const PAGE = new URL('../docs/postgres.md', import.meta.url)
const BEGIN = '<!-- Plans, written by bench/explain.ts -->'

const hub = await createSampleHub({ repos, quota: 0 })
const server = await startLocalPostgres()
if (server === undefined) throw new Error('This needs a Postgres on the machine.')
const crawl = await startHubdex(['crawl', '--stages', 'details', '--stage-requests', '2000'], {
  ...{ HF_ENDPOINT: hub.url, DATABASE_URL: server.url },
}).result
if (crawl.code !== 0) throw new Error(crawl.stderr)
const connection = await openConnection({ databaseUrl: server.url })
await connection.pool.query('vacuum analyze')
await connection.pool.query(`insert into catalog.stage_holders (holder) values ('nobody')`)
const seen: CompiledQuery[] = []
const db = new Kysely<Database>({
  dialect: new PostgresDialect({ pool: connection.pool }),
  log: ({ query }) => {
    seen.push(query)
  },
})
const { rows } = await connection.pool.query(`select hub_id, id from catalog.repos where kind = 'model' limit 24`)
const hubIds = rows.map(({ hub_id }) => String(hub_id))
const [first = ''] = hubIds

const hot: [string, () => Promise<unknown>][] = [
  ['Plan what is due of a stage', () => planTasks(db, 'card', 1000, STAGE_WEIGHTS)],
  ['Claim one task', () => claimTask(db, 'card', first, 'nobody')],
  ['Read the outbox', () => readOutbox(db, 2000)],
  ['Versions of rows, before and after they are indexed', () => rowVersions(db, hubIds)],
  ['Rows to make documents of', () => searchRows(db, hubIds)],
  ['Take repos that webhooks named', () => createRefreshQueue(db).lease(4)],
  ['What a pass has missed', () => removalCandidates(db, 'model', { notAskedSince: new Date(), limit: 24 })],
  ['Repos to see by whether the Hub can be believed', () => controlRepos(db, 'model', 3)],
  ['A live repo by name', () => liveRepos(db, 'model', String(rows[0]?.id))],
  ['A repo by any name it ever had', () => findRepos(db, String(rows[0]?.id))],
]
const sections: string[] = []
for (const [title, run] of hot) {
  seen.length = 0
  await run()
  const plans: string[] = []
  for (const { sql: text, parameters } of [...seen]) {
    if (!/^[\s(]*(with|select|update|delete)/i.test(text)) continue
    const client = await connection.pool.connect()
    try {
      await client.query('begin')
      const plan = await client.query(`explain (analyze, costs off, timing off, summary on) ${text}`, [...parameters])
      plans.push(plan.rows.map((row) => String(row['QUERY PLAN'])).join('\n'))
      await client.query('rollback')
    } finally {
      client.release()
    }
  }
  sections.push(`### ${title}\n\n\`\`\`\n${plans.join('\n\n')}\n\`\`\`\n`)
}
const page = readFileSync(PAGE, 'utf8')
writeFileSync(PAGE, `${page.slice(0, page.indexOf(BEGIN) + BEGIN.length)}\n\n${sections.join('\n')}`)
await connection.close()
await server.stop()
await hub.close()
