import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { startHubdex } from '../../test/support/processes/hubdex-process.ts'
import { startLocalPostgres } from '../../test/support/servers/local-postgres.ts'
import { freePort } from '../../test/support/servers/throwaway-server.ts'
import { type BenchHub, runStep, startHub } from '../support/child.ts'
import { postgresPid, processorSeconds } from '../support/processor-time.ts'
import { type Figures, StepState } from './state.ts'

/** The figures of each step, by its name. */
export type Results = Readonly<Record<string, Figures>>

const DEEP = 100_000
const DATABASE = 'whole_hub'

/**
 * Crawls a Hub without an index, builds the index, searches, and crawls the unchanged Hub again. Every finished step is
 * stored in the folder with the database, and a second run goes on after it. An interrupted first crawl begins with an empty
 * database.
 */
export async function runWholeHub(folder: string, repos: number): Promise<Results> {
  const state = await StepState.open(folder, repos)
  await mkdir(join(folder, 'postgres'), { recursive: true })
  // The account that runs Postgres needs access.
  await chmod(folder, 0o755)
  const server = await startLocalPostgres({ isDurable: true, folder: join(folder, 'postgres') })
  if (server === undefined) throw new Error('This needs a Postgres on the machine.')
  const databaseUrl = Object.assign(new URL(server.url), { pathname: `/${DATABASE}` }).href
  const target = { databaseUrl }
  // The address is part of the catalog, so that a later run needs the same.
  const { port = 0 } = await state.once('port', async () => ({ port: await freePort() }))
  let hub: BenchHub | undefined
  const hubUrl = async () => {
    hub ??= await startHub(repos, { port })
    return hub.url
  }
  const serverPid = await postgresPid(server.url)
  const results: Record<string, Figures> = {}
  const step = async (name: string, run: () => Promise<Figures>) => {
    const isStored = state.isDone(name)
    const figures = await state.once(name, async () => {
      const [serverBefore, startedMs] = [await processorSeconds(serverPid), performance.now()]
      const found = await run()
      const serverSeconds = (await processorSeconds(serverPid)) - serverBefore
      return { seconds: (performance.now() - startedMs) / 1000, ...found, serverSeconds }
    })
    results[name] = figures
    console.log(`${repos} repos, ${name}: ${figures['seconds']?.toFixed(1)} s${isStored ? ', stored by an earlier run' : ''}`)
  }
  try {
    await step('crawl', async () => {
      await execute(server.url, `drop database if exists ${DATABASE}`, `create database ${DATABASE}`)
      return await runFigures('crawl', { hubUrl: await hubUrl(), target, withSearch: false })
    })
    await step('catalog size', async () => ({ bytes: Number(await firstValue(databaseUrl, SIZE)) }))
    await step('index', () => runFigures('fill', { target, isRebuild: true }))
    await step('vacuum', async () => {
      await execute(databaseUrl, 'vacuum analyze')
      return {}
    })
    await step('unchanged pass', async () => await runFigures('crawl', { hubUrl: await hubUrl(), target, withSearch: false }))
    await hub?.stop()
    hub = undefined
    await step('searches', () => runFigures('search', { target }))
    await step('deep', () => runFigures('deep-search', { target, offset: Math.min(DEEP, repos >> 1) }))
    await step('status', () => status(databaseUrl))
    await step('size', async () => ({
      bytes: Number(await firstValue(databaseUrl, SIZE)),
      indexBytes: Number(await firstValue(databaseUrl, INDEX_SIZE)),
      live: Number(await firstValue(databaseUrl, 'select count(*) from catalog.repos where removed_at is null')),
      documents: Number(await firstValue(databaseUrl, 'select count(*) from search.document')),
    }))
    return results
  } finally {
    await hub?.stop()
    await server.stop()
  }
}

const SIZE = 'select pg_database_size(current_database())'
const INDEX_SIZE = `
  select sum(pg_total_relation_size(oid)) from pg_class where relnamespace = 'search'::regnamespace and relkind = 'r'`

async function runFigures(file: string, parameters: Record<string, unknown>): Promise<Figures> {
  return (await runStep(file, parameters)) as Figures
}

/** The second of two commands, each a new process. */
async function status(databaseUrl: string): Promise<Figures> {
  let seconds = 0
  for (let round = 0; round < 2; round++) {
    const startedMs = performance.now()
    const { code, stderr } = await startHubdex(['status', '--json'], { DATABASE_URL: databaseUrl }).result
    if (code !== 0) throw new Error(`hubdex status ended with code ${code}: ${stderr}`)
    seconds = (performance.now() - startedMs) / 1000
  }
  return { seconds }
}

async function firstValue(url: string, query: string): Promise<string> {
  const [row] = await execute(url, query)
  return String(Object.values(row ?? {})[0])
}

/** @returns the rows of the last statement */
async function execute(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    let rows: Record<string, unknown>[] = []
    for (const statement of statements) rows = (await client.query(statement)).rows
    return rows
  } finally {
    await client.end()
  }
}
