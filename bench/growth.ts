import pg from 'pg'
import { openConnection } from '../src/catalog/connection.ts'
import { migrate } from '../src/catalog/migrate.ts'
import { renderTable } from '../src/output/table.ts'
import { startLocalPostgres } from '../test/support/servers/local-postgres.ts'
import { setDatabaseTime } from './growth/clock.ts'
import { DAILY } from './growth/pages.ts'
import { projectGrowth } from './growth/paper.ts'
import { readTables, type TableState, vacuumDue } from './growth/tables.ts'
import { runStep } from './support/child.ts'
import { freshDatabase } from './support/fresh-database.ts'

/**
 * Days of full passes in which most counters move, with the clock of the database set ahead, then five years on paper: `npm
 * run bench -- growth [repos] [days] [moved, %]`, by default 100,000 repos, 10 days and 80 %. Postgres has its own autovacuum
 * settings and those of the tables. Ends with code 1 if bytes grow by more than 1 % per day from the fourth day on. History does
 * not count: it is to grow.
 */
const [repos = 100_000, days = 10, movedPercent = 80] = process.argv.slice(2).map(Number)
const shares = { ...DAILY, moved: movedPercent / 100 }
/** The first day that must be like the last. */
const STEADY_FROM = 4
/** What the docs say of the real Hub: counters of 15 to 30 % of the repos move per day. */
const REAL_MOVED = 0.3
/** What a day may add after that, as a share: the new repos, and the last pages of each table. */
const MAX_DAILY_GROWTH = 0.01
const HISTORY = ['catalog.repo_history', 'catalog.repo_events']

const server = await startLocalPostgres({ isDurable: true })
if (server === undefined) throw new Error('This needs a Postgres on the machine.')
const databaseUrl = await freshDatabase(server.url)
const empty = await openConnection({ databaseUrl })
await migrate(empty.db)
await empty.close()
const rows: object[] = []
const sizes: { bytes: number; historyBytes: number; passSeconds: number; indexSeconds: number; tables: TableState[] }[] = []
let count = 0
try {
  for (let day = 0; day <= days; day++) await simulateDay(day)
} finally {
  await server.stop()
}
console.log(renderTable(rows))
const [steady, last] = [sizes[STEADY_FROM], sizes.at(-1)]
if (steady !== undefined && last !== undefined && days > STEADY_FROM) report(steady, last)

async function simulateDay(day: number): Promise<void> {
  await setDatabaseTime(databaseUrl, day)
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const before = day === 0 ? [] : await readTables(client)
  const result = await runStep('growth-day', { databaseUrl, repos, day, shares })
  const { passSeconds = 0, indexSeconds = 0 } = result
  count = result['repos'] ?? 0
  // Processes report their statistics at their end.
  const after = await readTables(client)
  const vacuumedMs = performance.now()
  const vacuumed = await vacuumDue(client)
  const vacuumSeconds = (performance.now() - vacuumedMs) / 1000
  const tables = await readTables(client)
  await client.end()
  const bytesOf = (names: readonly string[]) =>
    sum(
      tables.filter(({ name }) => names.includes(name)),
      'bytes',
    )
  const historyBytes = bytesOf(HISTORY)
  const bytes = sum(tables, 'bytes') - historyBytes
  const counters = deltaOf('catalog.repo_counters', before, after)
  const history = deltaOf('catalog.repo_history', before, after)
  const index = tables.filter(({ name }) => name.startsWith('search.'))
  rows.push({
    ...{ day, repos: count, 'pass s': passSeconds.toFixed(1), 'index s': indexSeconds.toFixed(1) },
    ...{ 'counters MB': megabytes(bytesOf(['catalog.repo_counters'])), 'repos MB': megabytes(bytesOf(['catalog.repos'])) },
    ...{ 'index MB': megabytes(sum(index, 'bytes')), 'all but history MB': megabytes(bytes) },
    ...{ 'history MB': megabytes(historyBytes), 'counters HOT': counters, 'history HOT': history },
    ...{ 'dead rows before': sum(after, 'dead'), after: sum(tables, 'dead'), vacuumed: vacuumed.length },
    'vacuum s': vacuumSeconds.toFixed(1),
  })
  sizes.push({ bytes, historyBytes, passSeconds, indexSeconds, tables })
  console.log(
    `day ${day}: pass ${passSeconds.toFixed(1)} s, index ${indexSeconds.toFixed(1)} s, ${megabytes(bytes)} MB and history`,
  )
}

function report(first: (typeof sizes)[number], end: (typeof sizes)[number]): void {
  const span = days - STEADY_FROM
  const growth = (end.bytes / first.bytes) ** (1 / span) - 1
  const isFlat = growth <= MAX_DAILY_GROWTH
  console.log(
    `bytes but for history grow by ${(100 * growth).toFixed(2)} % per day from day ${STEADY_FROM}: ` +
      (isFlat ? 'flat' : 'NOT FLAT'),
  )
  for (const { name, bytes } of end.tables) {
    const before = first.tables.find((table) => table.name === name)?.bytes ?? 0
    if (bytes - before > 0.1 * before && bytes > 1e6) console.log(`  ${name}: ${megabytes(before)} -> ${megabytes(bytes)} MB`)
  }
  const half = sizes.slice(STEADY_FROM)
  const mean = (figure: 'passSeconds' | 'indexSeconds') => half.reduce((total, day) => total + day[figure], 0) / half.length
  const index = sum(
    end.tables.filter(({ name }) => name.startsWith('search.')),
    'bytes',
  )
  const historyBytesPerDay = (end.historyBytes - first.historyBytes) / span / count
  console.log(
    `history: ${historyBytesPerDay.toFixed(1)} bytes per repo and day; ` +
      `five years on paper, with ${movedPercent} % moving, then ${100 * REAL_MOVED} %:`,
  )
  const measured = {
    ...{ catalogBytes: (end.bytes - index) / count, indexBytes: index / count, historyBytesPerDay },
    ...{ passSeconds: mean('passSeconds') / count, indexSeconds: mean('indexSeconds') / count },
  }
  for (const share of [shares.moved, REAL_MOVED]) console.log(renderTable(projectGrowth(measured, share, shares.moved)))
  if (!isFlat) process.exitCode = 1
}

/** The share of updates that needed no index entry. */
function deltaOf(name: string, before: readonly TableState[], after: readonly TableState[]): string {
  const find = (tables: readonly TableState[]) => tables.find((table) => table.name === name)
  const [first, second] = [find(before), find(after)]
  const updates = (second?.updates ?? 0) - (first?.updates ?? 0)
  return updates === 0 ? '' : `${Math.round((100 * ((second?.hotUpdates ?? 0) - (first?.hotUpdates ?? 0))) / updates)} %`
}

function sum(tables: readonly TableState[], figure: 'bytes' | 'dead'): number {
  return tables.reduce((total, table) => total + table[figure], 0)
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_048_576)
}
