import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { bindParameters } from '../src/analytics/queries/bind-parameters.ts'
import { NAMED_QUERIES } from '../src/analytics/queries/named-queries.ts'
import { type CatalogTarget, openConnection } from '../src/catalog/connection.ts'
import { vacuum } from '../src/catalog/postgres/maintenance.ts'
import { renderTable } from '../src/output/table.ts'
import { startLocalPostgres } from '../test/support/servers/local-postgres.ts'
import type { QueriesParameters } from './steps/named-queries.ts'
import { runStep, type StepResult, startHub } from './support/child.ts'

/**
 * Exports the catalog of a sample Hub, compared with COPY of the same views, and runs the named queries on each engine:
 * `npm run bench -- analytics [repos] [rounds]`. The catalog holds what lists give, and READMEs for a further export. DuckDB's own
 * reader of Postgres is not compared: it is an extension, which no package registry has. docs/benchmarks.md has results.
 */
const repos = Number(process.argv[2] ?? 100_000)
const rounds = Number(process.argv[3] ?? 5)
const MEGABYTE = 1_000_000
const LONGEST = 10
const READMES = 10_000

console.log(`${repos} repos, Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}\n`)
const folder = await mkdtemp(join(tmpdir(), 'hubdex-bench-'))
const server = await startLocalPostgres({ isDurable: true })
if (server === undefined) throw new Error('This needs a Postgres on the machine.')
try {
  const postgres = { databaseUrl: server.url }
  const embedded = { dataDirectory: join(folder, 'embedded') }
  const hub = await startHub(repos)
  for (const target of [postgres, embedded]) {
    await runStep('crawl', { hubUrl: hub.url, target, withSearch: false })
    await analyze(target)
  }
  await hub.stop()
  await measureExports(postgres, embedded)
  await measureQueries(postgres, embedded)
} finally {
  await server.stop()
  await rm(folder, { recursive: true })
}

async function measureExports(postgres: { databaseUrl: string }, embedded: CatalogTarget): Promise<void> {
  const copies = join(folder, 'copies')
  await mkdir(copies)
  const rows = [
    exportRow('COPY of the same views', await runStep('copy-views', { ...postgres, folder: copies })),
    exportRow('export from Postgres', await runStep('export', { target: postgres, folder: join(folder, 'export') })),
    exportRow('export from the embedded catalog', await runStep('export', { target: embedded, folder: join(folder, 'other') })),
  ]
  for (const [engine, target] of Object.entries({ Postgres: postgres, 'the embedded catalog': embedded })) {
    const { readmes } = await runStep('add-readmes', { target, readmes: READMES })
    const exported = await runStep('export', { target, folder: join(folder, 'readmes') })
    rows.push(exportRow(`export from ${engine} with ${readmes} READMEs`, exported))
  }
  console.log(`${renderTable(rows)}\n`)
}

function exportRow(step: string, { rows = 0, bytes = 0, seconds, cpuSeconds, peakRssMb }: StepResult) {
  return {
    step,
    rows,
    MB: Math.round(bytes / MEGABYTE),
    seconds: seconds.toFixed(1),
    'rows/s': Math.round(rows / seconds),
    'MB/s': (bytes / MEGABYTE / seconds).toFixed(1),
    'CPU s': cpuSeconds.toFixed(1),
    'peak RSS MB': peakRssMb,
  }
}

async function measureQueries(postgres: { databaseUrl: string }, embedded: CatalogTarget): Promise<void> {
  const queries = await namedQueries(postgres.databaseUrl)
  const run = (engine: Pick<QueriesParameters, 'target' | 'folder'>) => runStep('named-queries', { ...engine, queries, rounds })
  const found = {
    postgres: await run({ target: postgres }),
    embedded: await run({ target: embedded }),
    duckdb: await run({ folder: join(folder, 'export') }),
  }
  const names = Object.keys(queries).toSorted((a, b) => (found.postgres[`${b} wall`] ?? 0) - (found.postgres[`${a} wall`] ?? 0))
  const rows = names.map((query) => {
    const of = (engine: keyof typeof found, time: 'wall' | 'cpu') => found[engine][`${query} ${time}`] ?? 0
    const ratio = (time: 'wall' | 'cpu') => (of('postgres', time) / of('duckdb', time)).toFixed(1)
    return {
      query,
      'Postgres ms': of('postgres', 'wall').toFixed(0),
      'embedded ms': of('embedded', 'wall').toFixed(0),
      'DuckDB ms': of('duckdb', 'wall').toFixed(0),
      'Postgres/DuckDB': ratio('wall'),
      'Postgres CPU ms': of('postgres', 'cpu').toFixed(0),
      'DuckDB CPU ms': of('duckdb', 'cpu').toFixed(0),
      'CPU ratio': ratio('cpu'),
    }
  })
  console.log(renderTable(rows))
  const slowest = rows.slice(0, LONGEST)
  const fast = slowest.filter((row) => Number(row['Postgres/DuckDB']) >= 10).length
  console.log(
    `\n${fast} of the ${slowest.length} slowest are at least ten times faster on DuckDB, whose process took ${found.duckdb.peakRssMb} MB.`,
  )
}

/** With the defaults of parameters, and for those without one the most downloaded models, today, or two columns. */
async function namedQueries(databaseUrl: string): Promise<Record<string, string>> {
  const models = await inDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      'select id from models order by downloads desc nulls last, id limit 100',
    )
    return rows.map(({ id }) => id)
  })
  const values: Readonly<Record<string, string[]>> = {
    list: models,
    id: models.slice(0, 1),
    day: ['0d'],
    columns: ['text', 'label'],
  }
  const bound = NAMED_QUERIES.map((query) => {
    const needed = (query.parameters ?? []).filter((parameter) => parameter.default === undefined)
    const given = new Map(needed.map(({ name }) => [name, values[name] ?? []]))
    return [query.name, bindParameters(query, given, new Date())]
  })
  return Object.fromEntries(bound)
}

/** As autovacuum would soon, and as commands do in the embedded catalog. */
async function analyze(target: CatalogTarget): Promise<void> {
  const connection = await openConnection(target)
  if (connection.engine === 'embedded') await vacuum(connection.db)
  else await connection.pool.query('vacuum analyze')
  await connection.close()
}

async function inDatabase<Result>(databaseUrl: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
