import { readFile } from 'node:fs/promises'
import { setInterval as every } from 'node:timers/promises'
import pg from 'pg'
import { runStep, startHub } from '../../bench/support/child.ts'
import { startHubdex } from '../support/processes/hubdex-process.ts'
import { startLocalPostgres } from '../support/servers/local-postgres.ts'

/**
 * Crawls a big Hub into Postgres with search, crawls it again, checks the index, and searches. Ends with code 1 if a repo is
 * missing, the second crawl finds a difference, the index differs, or the crawl's memory grows with the repos.
 * `node test/soak/million.ts [repos]`: a million by default.
 */
const repos = Number(process.argv[2] ?? 1_000_000)
const SAMPLE_MS = 2_000
/** The memory in the last quarter may be this many times that in the second. */
const MAX_GROWTH = 1.25

const postgres = await startLocalPostgres({ isDurable: true })
if (postgres === undefined) throw new Error('This needs a Postgres on the machine.')
const hub = await startHub(repos)
const environment = { DATABASE_URL: postgres.url, HF_ENDPOINT: hub.url }
const failures: string[] = []
const expect = (what: string, isTrue: boolean) => {
  console.log(`${isTrue ? 'ok' : 'FAILED'}: ${what}`)
  if (!isTrue) failures.push(what)
}

const first = await measured('first crawl', 'crawl', '--stages', 'none', '--json')
const [early, late] = [quarter(first.rssMb, 1), quarter(first.rssMb, 3)]
expect(`memory is flat: ${early} MB in the second quarter, ${late} MB in the last`, late <= MAX_GROWTH * early)
const live = await value('select count(*) from repos where removed_at is null')
expect(`${live} repos are in the catalog`, live === repos)
const left = await value('select count(*) from catalog.search_outbox')
expect(`${left} changes are not indexed`, left === 0)

await measured('second crawl, nothing changed', 'crawl', '--stages', 'none', '--json')
const again = await value(
  `select coalesce(sum(inserted + updated), 0) from (
     select inserted, updated from passes where scope = 'full' and kind <> 'tags' order by pass_id desc limit 3) as second`,
)
expect(`the second crawl wrote ${again} repos`, again === 0)

const check = await measured('index check', 'index', 'check')
console.log(check.stdout.trim())
expect('the index equals the catalog', check.code === 0)
for (const command of [['status'], ['search', 'bert', '--facet', 'task,library,license,language,author']])
  await measured(command.join(' '), ...command)

const { p50Ms = 0, p95Ms = 0, maxMs = 0 } = await runStep('search', { target: { databaseUrl: postgres.url } })
console.log(`searches with five facets: p50 ${round(p50Ms)} ms, p95 ${round(p95Ms)} ms, at most ${round(maxMs)} ms`)
const bytes = await value('select pg_database_size(current_database())')
console.log(`${round(bytes / 1e9)} GB in Postgres, ${Math.round(bytes / repos)} bytes per repo`)

await hub.stop()
await postgres.stop()
if (failures.length > 0) console.log(`FAILED: ${failures.join('; ')}`)
process.exitCode = failures.length > 0 ? 1 : 0

/** Runs a command as a user would, and prints its time and peak memory. */
async function measured(name: string, ...commandLine: string[]) {
  const startedMs = performance.now()
  const { child, result } = startHubdex(commandLine, environment)
  const ended = new AbortController()
  const sampled = sampleMemory(child.pid ?? 0, ended.signal)
  const { code, stdout, stderr } = await result
  ended.abort()
  const rssMb = await sampled
  const seconds = (performance.now() - startedMs) / 1000
  const memory = rssMb.length === 0 ? '' : `, at most ${Math.max(...rssMb)} MB`
  console.log(`${name}: ${round(seconds)} s, ${Math.round(repos / seconds)} repos/s${memory}`)
  if (code !== 0) console.log(stdout, stderr)
  return { code, stdout, rssMb }
}

async function sampleMemory(pid: number, signal: AbortSignal): Promise<number[]> {
  const samples: number[] = []
  try {
    for await (const _ of every(SAMPLE_MS, undefined, { signal })) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8')
      const kilobytes = /VmRSS:\s+(\d+)/.exec(status)?.[1]
      if (kilobytes !== undefined) samples.push(Math.round(Number(kilobytes) / 1024))
    }
  } catch {
    // The process has ended, or this machine has no /proc.
  }
  return samples
}

/** The median of one quarter of the samples. */
function quarter(samples: readonly number[], index: number): number {
  const size = samples.length / 4
  const part = samples.slice(Math.floor(index * size), Math.floor((index + 1) * size)).sort((a, b) => a - b)
  return part[Math.floor(part.length / 2)] ?? 0
}

async function value(query: string): Promise<number> {
  const client = new pg.Client({ connectionString: postgres?.url })
  await client.connect()
  const { rows } = await client.query(query)
  await client.end()
  return Number(Object.values(rows[0])[0])
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
