import pg from 'pg'
import { COMPARE_PAGE } from '../src/catalog/repos/write-repos.sql.ts'
import { renderTable } from '../src/output/table.ts'
import { startHubdex } from '../test/support/processes/hubdex-process.ts'
import { startLocalPostgres } from '../test/support/servers/local-postgres.ts'
import { startHub } from './support/child.ts'

/**
 * The plans of hot statements over `repos` and `repo_counters` as they are, partitioned by kind, and by a hash of the hub id:
 * `npm run bench -- partitions [repos] [plans]`, by default 100,000. With `plans`, prints each plan. The partitioned tables are
 * copies, which nothing else uses.
 */
const [repos = '100000', plans] = process.argv.slice(2)
const TABLES = ['repos', 'repo_counters'] as const
const HASH_PARTITIONS = 8
const PAGE = 1_000

const postgres = await startLocalPostgres()
if (postgres === undefined) throw new Error('This needs a Postgres on the machine.')
const hub = await startHub(Number(repos))
const crawl = await startHubdex(['crawl', '--stages', 'none'], { DATABASE_URL: postgres.url, HF_ENDPOINT: hub.url }).result
if (crawl.code !== 0) throw new Error(crawl.stderr)
await hub.stop()
const client = new pg.Client({ connectionString: postgres.url })
await client.connect()
await copyPartitioned('by_kind', 'partition by list (kind)', ['hub_id', 'kind'], (table) =>
  ['model', 'dataset', 'space', 'collection'].map(
    (kind) => `create table by_kind.${table}_${kind} partition of by_kind.${table} for values in ('${kind}')`,
  ),
)
await copyPartitioned('by_hash', 'partition by hash (hub_id)', ['hub_id'], (table) =>
  Array.from(
    { length: HASH_PARTITIONS },
    (_, remainder) =>
      `create table by_hash.${table}_${remainder} partition of by_hash.${table}
       for values with (modulus ${HASH_PARTITIONS}, remainder ${remainder})`,
  ),
)
await client.query('vacuum analyze')

const { rows: some } = await client.query(
  `select r.hub_id, r.id, r.content_hash, c.downloads, c.likes from catalog.repos r join catalog.repo_counters c using (hub_id)
   where r.kind = 'model' order by md5(r.hub_id) limit ${PAGE}`,
)
const column = (name: string) => some.map((row) => row[name])
const counters = some.map(({ downloads }) => Number(downloads ?? 0) + 1)
const none = some.map(() => null)
const statements: Record<string, [text: string, values: unknown[]]> = {
  'compare a page of 1,000, all counters moved': [
    COMPARE_PAGE,
    [column('hub_id'), column('content_hash'), counters, none, column('likes'), none, []],
  ],
  'read 1,000 repos by hub id': ['select * from catalog.repos where hub_id = any ($1)', [column('hub_id')]],
  'find a repo by name': [`select hub_id from catalog.repos where kind = 'model' and lower(id) = lower($1)`, [column('id')[0]]],
  'a page by likes of a kind': [
    `select hub_id from catalog.repo_counters where kind = 'model' order by likes desc, hub_id limit ${PAGE}`,
    [],
  ],
  'count live repos by kind': ['select kind, count(*) from catalog.repos where removed_at is null group by kind', []],
}
const rows: object[] = []
for (const [name, [text, values]] of Object.entries(statements)) {
  const row: Record<string, string> = { statement: name }
  for (const schema of ['catalog', 'by_kind', 'by_hash']) row[schema] = await explained(name, text, values, schema)
  rows.push(row)
}
console.log(`${repos} repos; planning + execution in ms (the fastest of five), blocks, index scans in the plan`)
console.log(renderTable(rows))
await client.end()
await postgres.stop()

async function copyPartitioned(
  schema: string,
  partitioning: string,
  key: readonly string[],
  partitionsOf: (table: string) => string[],
): Promise<void> {
  await client.query(`create schema ${schema}`)
  for (const table of TABLES) {
    await client.query(`create table ${schema}.${table} (like catalog.${table} including defaults) ${partitioning}`)
    for (const statement of partitionsOf(table)) await client.query(statement)
    // Without the generated columns, if there are any, an insert of whole rows would be refused: the copy has none.
    await client.query(`insert into ${schema}.${table} select * from catalog.${table}`)
    await client.query(`alter table ${schema}.${table} add primary key (${key.join(', ')})`)
    const { rows: indexes } = await client.query<{ indexdef: string }>(
      `select indexdef from pg_indexes where schemaname = 'catalog' and tablename = $1 and indexdef not like 'CREATE UNIQUE%'`,
      [table],
    )
    for (const { indexdef } of indexes) await client.query(indexdef.replace(`ON catalog.${table}`, `ON ${schema}.${table}`))
  }
}

/** Executed and rolled back. */
async function explained(name: string, text: string, values: unknown[], schema: string): Promise<string> {
  const statement = TABLES.reduce((changed, table) => changed.replaceAll(`catalog.${table} `, `${schema}.${table} `), text)
  let best: { planningMs: number; executionMs: number; blocks: number; scans: number } | undefined
  for (let round = 0; round < 5; round++) {
    await client.query('begin')
    const { rows: found } = await client.query(`explain (analyze, buffers, format json) ${statement}`, values)
    await client.query('rollback')
    const [{ Plan: plan, 'Planning Time': planningMs, 'Execution Time': executionMs }] = found[0]['QUERY PLAN']
    const blocks = plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
    const scans = JSON.stringify(plan).match(/"Node Type":"(Index|Bitmap Index|Index Only) Scan"/g)?.length ?? 0
    if (best === undefined || executionMs < best.executionMs) best = { planningMs, executionMs, blocks, scans }
  }
  if (plans !== undefined) {
    await client.query('begin')
    const { rows: lines } = await client.query(`explain (analyze, buffers, costs off, timing off) ${statement}`, values)
    await client.query('rollback')
    console.log(`\n## ${name}, ${schema}\n${lines.map((line) => line['QUERY PLAN']).join('\n')}`)
  }
  const { planningMs = 0, executionMs = 0, blocks = 0, scans = 0 } = best ?? {}
  return `${planningMs.toFixed(1)} + ${executionMs.toFixed(1)}, ${blocks}, ${scans}`
}
