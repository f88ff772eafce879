import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { renderTable } from '../src/output/table.ts'
import { startLocalPostgres } from '../test/support/servers/local-postgres.ts'
import { measureCrawls } from './anchors/crawls.ts'
import { measureSearches } from './anchors/searches.ts'

/**
 * Compares hubdex with the best programs for each part of its work, in one run: `npm run bench -- anchors [repos]
 * [crawl|search|all]`. Python packages come from PyPI; Meilisearch is the one of MEILI_URL, MEILISEARCH_BINARY or the PATH.
 * What is absent is skipped, and its absence is printed. Postgres writes durably.
 */
const [repos = '100000', part = 'all'] = process.argv.slice(2)
const server = await startLocalPostgres({ isDurable: true })
if (server === undefined) console.log('No Postgres is installed, so neither crawls nor its index are measured.')
const folder = await mkdtemp(join(tmpdir(), 'hubdex-anchors-'))
try {
  const crawls = server === undefined || part === 'search' ? [] : await measureCrawls(Number(repos), server.url, folder)
  const searches = part === 'crawl' ? [] : await measureSearches(Number(repos), server?.url, folder)
  for (const rows of [crawls, searches]) if (rows.length > 0) console.log(`\n${renderTable(rows)}`)
} finally {
  await server?.stop()
  await rm(folder, { recursive: true })
}
