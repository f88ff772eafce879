import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { renderTable } from '../src/output/table.ts'
import { type Results, runWholeHub } from './whole-hub/run-steps.ts'

/**
 * The proof at the size of the whole Hub on Postgres: `npm run bench -- whole-hub [repos] [folder] [smaller]`, by default
 * 6,100,000 repos, `hubdex-whole-hub` among the temporary files, and a million for comparison. Needs about 5 kB of disk per
 * repo. Run it again with the same folder after an interruption: finished steps are not repeated. Ends with code 1 if repos
 * or documents are missing, or if a repo costs more than 1.2 times the wall time that it costs at the smaller size.
 */
const [given = '6100000', folder = join(tmpdir(), 'hubdex-whole-hub'), few = '1000000'] = process.argv.slice(2)
const [repos, smaller] = [Number(given), Number(few)]
const MAX_COST = 1.2

const startedMs = performance.now()
const small = await runWholeHub(resolve(join(folder, String(smaller))), smaller)
const whole = await runWholeHub(resolve(join(folder, String(repos))), repos)
const minutes = (performance.now() - startedMs) / 60_000

/** Microseconds per repo, which should not grow with the number of repos. */
const costs = ['crawl', 'index', 'unchanged pass'].flatMap((name) => [
  costRow(`${name}: wall`, (results) => perRepo(results, name, 'seconds')),
  costRow(`${name}: process`, (results) => perRepo(results, name, 'cpuSeconds')),
  costRow(`${name}: Postgres`, (results) => perRepo(results, name, 'serverSeconds')),
])
console.log(renderTable(costs.map(({ row }) => row)))

const figure = (step: string, name: string, unit: string, goal = '') => {
  const [of, at] = [small, whole].map((results) => results[step]?.[name] ?? 0)
  return { figure: `${step}: ${unit}`, [smaller]: rounded(of), [repos]: rounded(at), goal }
}
const disk = (results: Results) => Math.round((results['size']?.['bytes'] ?? 0) / (results['size']?.['live'] ?? 1))
const wall = (results: Results) => (results['crawl']?.['seconds'] ?? 0) + (results['index']?.['seconds'] ?? 0)
const searchable = (results: Results) => Math.round((results['size']?.['live'] ?? 0) / wall(results))
const rate = (results: Results, step: string) => Math.round(1e6 / perRepo(results, step, 'seconds'))
console.log(
  renderTable([
    { figure: 'crawled and searchable, repos/s', [smaller]: searchable(small), [repos]: searchable(whole), goal: '8,333' },
    { figure: 'index, repos/s', [smaller]: rate(small, 'index'), [repos]: rate(whole, 'index'), goal: '12,000' },
    figure('crawl', 'peakRssMb', 'peak memory, MB', '350'),
    figure('index', 'peakRssMb', 'peak memory, MB', '350'),
    figure('searches', 'peakRssMb', 'peak memory, MB', '350'),
    figure('searches', 'p50Ms', 'five facets, p50 ms'),
    figure('searches', 'p95Ms', 'five facets, p95 ms', '50 / 150'),
    figure('searches', 'maxMs', 'five facets, longest ms'),
    figure('deep', 'firstMs', 'first search of a process, ms', '100'),
    figure('deep', 'deepMs', 'page at offset 100,000 (or half), ms', '100'),
    figure('deep', 'deepWordsMs', 'page of a word at half of that, ms', '100'),
    figure('deep', 'authorsMs', 'facet of authors, ms', '100'),
    figure('status', 'seconds', 'a whole command, s', '0.5'),
    { figure: 'disk per repo with index, bytes', [smaller]: disk(small), [repos]: disk(whole), goal: '3,000' },
  ]),
)
console.log(`${minutes.toFixed(1)} minutes in this run`)
for (const results of [small, whole]) {
  const { live = 0, documents = 0 } = results['size'] ?? {}
  const crawled = results['crawl']?.['repos'] ?? 0
  const changed = (results['unchanged pass']?.['inserted'] ?? 0) + (results['unchanged pass']?.['updated'] ?? 0)
  const isWhole = crawled > 0 && live === documents && changed === 0
  console.log(
    `${live} repos, ${documents} documents, ${changed} changed in the unchanged pass: ${isWhole ? 'whole' : 'FAILED'}`,
  )
  if (!isWhole) process.exitCode = 1
}
const dearest = Math.max(...costs.filter(({ row }) => row['µs per repo'].endsWith('wall')).map(({ ratio }) => ratio))
console.log(`dearest step: ${dearest.toFixed(2)} times the cost at ${smaller} repos; at most ${MAX_COST} is expected`)
if (dearest > MAX_COST) process.exitCode = 1

function costRow(what: string, costOf: (results: Results) => number) {
  const [before, after] = [costOf(small), costOf(whole)]
  const ratio = before === 0 ? 0 : after / before
  return { ratio, row: { 'µs per repo': what, [smaller]: rounded(before), [repos]: rounded(after), ratio: ratio.toFixed(2) } }
}

/** Microseconds. */
function perRepo(results: Results, step: string, figure: string): number {
  return ((results[step]?.[figure] ?? 0) * 1e6) / (results['size']?.['live'] ?? 1)
}

function rounded(value: number | undefined): number {
  return Math.round((value ?? 0) * 10) / 10
}
