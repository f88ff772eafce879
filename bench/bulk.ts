import { openConnection } from '../src/catalog/connection.ts'
import { migrate } from '../src/catalog/migrate.ts'
import { type CopyValue, copyRows } from '../src/catalog/postgres/copy-rows.ts'
import { REPO_COLUMN_NAMES, REPO_COLUMNS } from '../src/catalog/repos/columns.ts'
import { readRepo } from '../src/catalog/repos/record.ts'
import { LISTING_EXPAND } from '../src/hub/listing/expand.ts'
import { createSampleHub } from '../src/sample-hub/sample-hub.ts'
import { startLocalPostgres } from '../test/support/servers/local-postgres.ts'

/**
 * Compares ways to insert new repos into Postgres, one page of 1,000 per transaction: `npm run bench -- bulk [pages]`. Rows are
 * made before the clock starts, so only their transfer and storage is measured.
 */
const pages = Number(process.argv[2] ?? 20)
const PAGE = 1_000
const JSON_COLUMNS: ReadonlySet<string> = new Set(['card', 'payload'])
const definitions = REPO_COLUMN_NAMES.map((name) => `${name} ${REPO_COLUMNS[name]}`).join(', ')
const names = REPO_COLUMN_NAMES.join(', ')

const server = await startLocalPostgres({ isDurable: true })
if (server === undefined) throw new Error('This needs a Postgres on the machine.')
const connection = await openConnection({ databaseUrl: server.url })
await migrate(connection.db)
const client = await connection.pool.connect()
const repos = await generatedRepos()
const batches = Array.from({ length: pages }, (_, page) => repos.slice(page * PAGE, (page + 1) * PAGE))

for (const [name, insert] of [
  ['insert, one statement per row', insertOneByOne],
  ['insert from json_to_recordset', insertFromJson],
  ['copy', copy],
] as const) {
  await client.query('truncate catalog.repos')
  const startedMs = performance.now()
  for (const page of batches) {
    await client.query('begin')
    await insert(page)
    await client.query('commit')
  }
  const eachUs = ((performance.now() - startedMs) * 1000) / (pages * PAGE)
  console.log(`${name}: ${eachUs.toFixed(0)} µs per repo, ${Math.round(1e6 / eachUs)} repos/s`)
}
client.release()
await connection.close()
await server.stop()

type Row = Record<string, CopyValue>

async function generatedRepos(): Promise<Row[]> {
  const hub = await createSampleHub({ repos: pages * PAGE * 2, quota: 0 })
  const found: Row[] = []
  const url = new URL(`/api/models?limit=1000&sort=createdAt&direction=1`, hub.url)
  for (const name of LISTING_EXPAND.model) url.searchParams.append('expand', name)
  for (let next: string | undefined = url.href; next !== undefined && found.length < pages * PAGE; ) {
    const answer: Response = await fetch(next)
    for (const item of (await answer.json()) as unknown[]) {
      const repo = readRepo('model', item)
      if ('columns' in repo) found.push({ ...repo.columns(), content_hash: repo.content_hash })
    }
    next = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]
  }
  await hub.close()
  return found
}

async function insertOneByOne(page: readonly Row[]): Promise<void> {
  const marks = REPO_COLUMN_NAMES.map((_, index) => `$${index + 1}`).join(', ')
  const text = `insert into catalog.repos (${names}) values (${marks})`
  for (const row of page) await client.query({ name: 'row', text, values: valuesOf(row) })
}

async function insertFromJson(page: readonly Row[]): Promise<void> {
  const filled = page.map((row) =>
    Object.fromEntries(
      REPO_COLUMN_NAMES.map((name) => {
        const value = row[name] ?? null
        return [name, JSON_COLUMNS.has(name) && typeof value === 'string' ? JSON.parse(value) : value]
      }),
    ),
  )
  await client.query(
    `insert into catalog.repos (${names}) select ${names} from json_to_recordset($1::json) as i(${definitions})`,
    [JSON.stringify(filled)],
  )
}

async function copy(page: readonly Row[]): Promise<void> {
  await copyRows(client, 'catalog.repos', REPO_COLUMN_NAMES, page.map(valuesOf))
}

function valuesOf(row: Row): CopyValue[] {
  return REPO_COLUMN_NAMES.map((name) => row[name] ?? null)
}
