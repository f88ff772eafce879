import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

/** Runs only when it is named: it takes an hour. */
const LONG = 'whole-hub'

/**
 * Runs one benchmark, or all in turn but the longest: `npm run bench -- [part] [options of the part]`. Each runs in a new
 * process, so that nothing is warm from the one before. docs/benchmarks.md has results.
 */
const PARTS: Readonly<Record<string, string>> = {
  crawl: 'crawl [repos]: crawl and search on each catalog engine, compared with fetching alone and with a plain program',
  anchors: 'anchors [repos] [crawl|search|all]: hubdex beside the best programs of the field, in one run',
  bulk: 'bulk [pages]: ways to insert a page of repos into Postgres',
  queue: 'queue [tasks]: the cost of a task on each queue engine',
  fill: 'fill [repos] [engine|all] [rebuild]: fill the search index of a catalog, batch by batch and by a rebuild',
  search: 'search [documents] [engine|all] [readmes]: fill an index, search it with five facets, complete beginnings',
  relevance: 'relevance [engines]: whether searches find what people mean, over real metadata, compared with plain full text',
  analytics: 'analytics [repos] [rounds]: exports compared with COPY, and the named queries on each engine',
  mirror: 'mirror [repos]: walk the lists of the mirror of a crawled Hub, in several shapes and orders',
  http: 'http [repos] [seconds]: 50 clients on the HTTP API and the mirror, 1,000 event streams, walks by the clients of the Hub',
  startup: 'startup [repos]: the duration of short commands, compared with Node alone',
  'whole-hub': 'whole-hub [repos] [folder] [smaller]: crawl, index and search the whole Hub; resumes where it was interrupted',
  growth: 'growth [repos] [days] [moved, %]: days of passes by a compressed clock, bytes and bloat, and five years on paper',
  servers: 'servers [repos] [seconds]: searches over 1, 2 and 4 servers with one Postgres, and with a replica',
  partitions: 'partitions [repos] [plans]: plans of hot statements with partitions by kind or by hash, compared with none',
  scaling: 'scaling [repos]: 1, 2 and 4 workers with a Hub that takes 200 ms to respond',
}

const [part, ...options] = process.argv.slice(2)
if (part !== undefined && !(part in PARTS)) {
  console.error(`Unknown part ${part}; expected one of:\n  ${Object.values(PARTS).join('\n  ')}`)
  process.exit(2)
}
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}`)
for (const name of part === undefined ? Object.keys(PARTS).filter((name) => name !== LONG) : [part]) {
  console.log(`\n# ${name}`)
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const [code] = await once(spawn(process.execPath, [file, ...options], { stdio: 'inherit' }), 'exit')
  if (code !== 0) process.exitCode = 1
}
