import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runChurnedUp } from '../support/hub/churned-up.ts'

/**
 * Runs `hubdex up` on a Hub that keeps changing, then stops the changes, and compares; ends with code 1 if catalog and Hub
 * differ. `node test/soak/up.ts [minutes] [repos] [changes per second]`: 30 minutes, 20,000 repos and 50 changes per second by
 * default; for a Hub of that size, a year's changes take about an hour. The catalog is embedded, or that of DATABASE_URL.
 */
const [minutes = '30', repos = '20000', changesPerSecond = '50'] = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'hubdex-up-'))
const databaseUrl = process.env['DATABASE_URL']
try {
  const result = await runChurnedUp(
    {
      target: databaseUrl === undefined ? { dataDirectory: folder } : { databaseUrl },
      remove: () => Promise.resolve(),
    },
    {
      seconds: Number(minutes) * 60,
      repos: Number(repos),
      changesPerSecond: Number(changesPerSecond),
      fullSchedule: '0 * * * * *',
      recentSchedule: '*/5 * * * * *',
    },
  )
  const { hub, catalog, searchable, ...rest } = result
  const known = new Set(catalog)
  const served = new Set(hub)
  const missing = hub.filter((line) => !known.has(line))
  const wrong = catalog.filter((line) => !served.has(line))
  console.log(`${hub.length} repos on the Hub, ${catalog.length} live in the catalog, ${searchable} in search`)
  console.log(JSON.stringify(rest))
  for (const line of [...missing.slice(0, 5), ...wrong.slice(0, 5)]) console.log(line)
  const isEqual = missing.length === 0 && wrong.length === 0 && searchable === hub.length
  console.log(isEqual ? 'equal' : `DIFFERENT: ${missing.length} missing or outdated, ${wrong.length} wrong`)
  process.exitCode = isEqual && result.code === 0 ? 0 : 1
} finally {
  await rm(folder, { recursive: true })
}
