import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { hubdex } from '../support/processes/hubdex.ts'
import { startLocalPostgres } from '../support/servers/local-postgres.ts'
import type { ThrowawayServer } from '../support/servers/throwaway-server.ts'

/**
 * Backs up and restores a catalog in the middle of a crawl, as docs/deploying.md says: a Postgres into an empty server, and
 * an embedded catalog by a copy of its folder. Searches and queries the copy, crawls copy and original to the end, and compares
 * them; ends with code 1 if they differ. `node test/soak/restore.ts [repos]`, 1,000 by default; a minute.
 */
const run = promisify(execFile)
const [repos = '1000'] = process.argv.slice(2)
const STATE = `select
  (select count(*) from repos) as repos,
  (select sum(likes) from repos) as likes,
  (select count(*) from repo_files) as with_files,
  (select count(*) from parquet_files) as parquet,
  (select count(*) from failures) as failures,
  (select count(*) from passes where state = 'complete') as passes`

type Environment = Record<string, string>

const folder = await mkdtemp(join(tmpdir(), 'hubdex-restore-'))
const hub = await createSampleHub({ repos: Number(repos), seed: 5, quota: 0 })
const servers: ThrowawayServer[] = []
try {
  const ends = [await embedded(), await postgres()]
  process.exitCode = ends.every((isSame) => isSame) ? 0 : 1
} finally {
  for (const server of servers) await server.stop()
  await hub.close()
  await rm(folder, { recursive: true })
}

async function embedded(): Promise<boolean> {
  const from = join(folder, 'embedded')
  await crawlSome({ HUBDEX_DATA_DIR: from })
  const copy = join(folder, 'copy')
  await cp(from, copy, { recursive: true })
  return await compare('embedded', { HUBDEX_DATA_DIR: from }, { HUBDEX_DATA_DIR: copy })
}

async function postgres(): Promise<boolean> {
  const from = await databaseOn(await startServer())
  // Creates the role for readers, to which the dump contains grants.
  await must(['db', 'migrate'], { DATABASE_URL: from })
  await crawlSome({ DATABASE_URL: from })
  const dump = join(folder, 'hubdex.dump')
  await run('pg_dump', ['--format=custom', `--file=${dump}`, from])

  const target = await startServer()
  const copy = await databaseOn(target)
  // Roles belong to the server; the dump of a database does not contain them.
  await execute(target, 'create role hubdex_reader nologin; grant hubdex_reader to hubdex; create role hubdex_readers nologin')
  await run('pg_restore', ['--exit-on-error', `--dbname=${superuserOf(copy)}`, dump])
  return await compare('postgres', { DATABASE_URL: from }, { DATABASE_URL: copy })
}

/** Crawls some pages and some stages of their repos: backups are never taken at a convenient time. */
async function crawlSome(environment: Environment): Promise<void> {
  await must(['crawl', '--max-requests', '12', '--stage-requests', '6'], environment)
}

async function compare(engine: string, original: Environment, copy: Environment): Promise<boolean> {
  const before = [await state(original), await state(copy)]
  const found = JSON.parse(await must(['search', '--json', 'model'], copy))
  const ends: string[] = []
  for (const environment of [original, copy]) {
    await must(['crawl', '--stage-requests', 'all'], environment)
    ends.push(await state(environment))
  }
  console.log(`${engine}: ${found.total} found in the copy; at the backup ${before[1]}; at the end ${ends[1]}`)
  if (before[0] !== before[1] || ends[0] !== ends[1]) console.log(`${engine}, original: ${before[0]}; ${ends[0]}`)
  return found.total > 0 && before[0] === before[1] && ends[0] === ends[1] && ends[0] !== before[0]
}

/** Read with `hubdex sql`, which works only if the role for readers was restored. */
async function state(environment: Environment): Promise<string> {
  return JSON.stringify(JSON.parse(await must(['sql', '--json', STATE], environment)))
}

async function must(commandLine: string[], environment: Environment): Promise<string> {
  const { code, stdout, stderr } = await hubdex(commandLine, {
    HF_ENDPOINT: hub.url,
    HUBDEX_PAGE_SIZE: '50',
    HUBDEX_SQL_TIMEOUT_MS: '60000',
    ...environment,
  })
  if (code !== 0) throw new Error(`hubdex ${commandLine.join(' ')} ended with code ${code}: ${stderr}`)
  return stdout
}

async function startServer(): Promise<ThrowawayServer> {
  const server = await startLocalPostgres()
  if (server === undefined) throw new Error('No Postgres is installed on this machine; expected its binaries.')
  servers.push(server)
  return server
}

/** Owned by a user who is no superuser, as in deploy/postgres-init.sh. */
async function databaseOn(server: ThrowawayServer): Promise<string> {
  await execute(server, 'create role hubdex login createrole')
  await execute(server, 'create database hubdex owner hubdex')
  const url = new URL(server.url)
  url.username = 'hubdex'
  url.pathname = '/hubdex'
  return url.href
}

function superuserOf(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  url.username = 'postgres'
  return url.href
}

async function execute({ url }: ThrowawayServer, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}
