import type { ChildProcess } from 'node:child_process'
import pg from 'pg'
import { firstLine, startHubdex } from '../../test/support/processes/hubdex-process.ts'
import { startLocalPostgres } from '../../test/support/servers/local-postgres.ts'
import { startHub } from './child.ts'

export interface CrawledServer {
  url: string
  /** The process that serves. */
  child: ChildProcess
  /** A connection to its database. */
  database: pg.Client
}

/** Crawls a sample Hub into Postgres, and serves the catalog meanwhile. */
export async function withCrawledServer(repos: number, measure: (server: CrawledServer) => Promise<void>): Promise<void> {
  const postgres = await startLocalPostgres()
  if (postgres === undefined) throw new Error('This needs a Postgres on the machine.')
  const hub = await startHub(repos)
  const environment = { HF_ENDPOINT: hub.url, DATABASE_URL: postgres.url, HUBDEX_PORT: '0' }
  const crawl = await startHubdex(['crawl', '--stages', 'none'], environment).result
  if (crawl.code !== 0) throw new Error(crawl.stderr)
  const database = new pg.Client({ connectionString: postgres.url })
  await database.connect()
  await database.query('vacuum analyze')
  const serve = startHubdex(['serve', '--json'], environment)
  try {
    await measure({ url: JSON.parse(await firstLine(serve)).url, child: serve.child, database })
  } finally {
    serve.child.kill('SIGINT')
    await serve.result
    await database.end()
    await hub.stop()
    await postgres.stop()
  }
}
