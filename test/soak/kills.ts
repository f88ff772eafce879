import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openConnection } from '../../src/catalog/connection.ts'
import { createSampleHub } from '../../src/sample-hub/sample-hub.ts'
import { startHubdex } from '../support/hubdex-process.ts'

/**
 * Kills a crawl into an embedded catalogue with -9 at random instants, again and again, and compares the end with that of
 * a crawl that was left alone. `node test/soak/kills.ts [kills]`, 100 by default. Ends with code 1 when they differ.
 */
const kills = Number(process.argv[2] ?? 100)
const STATE = `select count(*)::int as repos,
  md5(string_agg(concat_ws('|', hub_id, id, content_hash, likes, downloads), ',' order by hub_id)) as rows
  from catalog.repos left join catalog.repo_counters using (hub_id)`

const hub = await createSampleHub({ repos: 20_000, seed: 13, quota: 0, latencyMs: 10 })
const folder = await mkdtemp(join(tmpdir(), 'hubdex-kills-'))
try {
  const calm = join(folder, 'calm')
  const killed = join(folder, 'killed')
  await crawl(calm)
  for (let kill = 1; kill <= kills; kill++) {
    const run = startCrawl(killed)
    await Promise.race([delay(Math.random() * 5_000), run.result])
    run.child.kill('SIGKILL')
    await run.result
    process.stderr.write(`\r${kill} of ${kills} kills`)
  }
  await crawl(killed)
  const [expected, found] = [await stateOf(calm), await stateOf(killed)]
  console.log(`\nleft alone: ${expected}\nkilled:     ${found}`)
  process.exitCode = expected === found ? 0 : 1
} finally {
  await hub.close()
  await rm(folder, { recursive: true })
}

function startCrawl(dataDir: string) {
  const environment = { HF_ENDPOINT: hub.url, HUBDEX_DATA_DIR: dataDir, HUBDEX_PAGE_SIZE: '50' }
  return startHubdex(['crawl', '--json'], environment)
}

async function crawl(dataDir: string): Promise<void> {
  const { code, stderr } = await startCrawl(dataDir).result
  if (code !== 0) throw new Error(`The crawl ended with code ${code}: ${stderr}`)
}

async function stateOf(dataDirectory: string): Promise<string> {
  const connection = await openConnection({ dataDirectory })
  const { rows } = await connection.pool.query(STATE)
  await connection.close()
  return JSON.stringify(rows[0])
}
