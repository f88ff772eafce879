import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

/**
 * Every benchmark by one command: `npm run bench -- [part] [what the part takes]`; without a part all of them, one after the
 * other. Each runs in a process of its own, so that nothing is warm from the one before. Results are kept in
 * docs/benchmarks.md.
 */
const PARTS: Readonly<Record<string, string>> = {
  crawl: 'crawl [repos]: a crawl and searches on each engine of the catalog, beside the floor and the plainest way',
  bulk: 'bulk [pages]: ways to bring a page of repos into Postgres',
  queue: 'queue [tasks]: what a task costs on each queue',
  search: 'search [documents] [engine]: filling and searching an index, with five facets',
  startup: 'startup [repos]: what commands take from their start to their end, beside Node alone',
  scaling: 'scaling [repos]: 1, 2 and 4 workers against a Hub that takes 200 ms to answer',
}

const [part, ...options] = process.argv.slice(2)
if (part !== undefined && !(part in PARTS)) {
  console.error(`There is no part ${part}. Expected one of:\n  ${Object.values(PARTS).join('\n  ')}`)
  process.exit(2)
}
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}`)
for (const name of part === undefined ? Object.keys(PARTS) : [part]) {
  console.log(`\n# ${name}`)
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  const [code] = await once(spawn(process.execPath, [file, ...options], { stdio: 'inherit' }), 'exit')
  if (code !== 0) process.exitCode = 1
}
