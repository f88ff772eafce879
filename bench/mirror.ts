import { listDatasets, listModels, listSpaces } from '@huggingface/hub'
import pg from 'pg'
import { pluralOf, REPO_KINDS } from '../src/hub/kinds.ts'
import { EXPANDABLE } from '../src/hub-server/repo-fields.ts'
import { renderTable } from '../src/output/table.ts'
import { firstLine, startHubdex } from '../test/support/processes/hubdex-process.ts'
import { startLocalPostgres } from '../test/support/servers/local-postgres.ts'
import { startHub } from './child.ts'

/**
 * Walks the lists of the mirror over a crawled sample Hub: `npm run bench -- mirror [repos]`. Compares shapes and orders, the
 * first pages of a walk with the last, and plain HTTP with the Hub's own client. MIRROR_URL names a running mirror instead.
 */
const repos = Number(process.argv[2] ?? 100_000)
const PAGES_COMPARED = 5

const given = process.env['MIRROR_URL']
if (given === undefined) await measureCrawled()
else await measure(given)

async function measureCrawled(): Promise<void> {
  const server = await startLocalPostgres()
  if (server === undefined) throw new Error('This needs a Postgres on the machine.')
  const hub = await startHub(repos)
  const environment = { HF_ENDPOINT: hub.url, DATABASE_URL: server.url, HUBDEX_PORT: '0' }
  const crawl = await startHubdex(['crawl', '--stages', 'none'], environment).result
  if (crawl.code !== 0) throw new Error(crawl.stderr)
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await client.query('vacuum analyze')
  await client.end()
  const serve = startHubdex(['serve', '--json'], environment)
  try {
    await measure(JSON.parse(await firstLine(serve)).url)
  } finally {
    serve.child.kill('SIGINT')
    await serve.result
    await hub.stop()
    await server.stop()
  }
}

async function measure(url: string): Promise<void> {
  const all = (kind: (typeof REPO_KINDS)[number]) => EXPANDABLE[kind].map((name) => `expand=${name}`).join('&')
  const rows = [
    await walkAll(url, 'default shape, by trend', () => ''),
    await walkAll(url, 'default shape, by age', () => 'sort=createdAt&direction=1'),
    await walkAll(url, 'default shape, by likes', () => 'sort=likes'),
    await walkAll(url, 'one tag of most', () => 'filter=region:us'),
    await walkAll(url, 'a rare word', () => 'search=zephyr'),
    await walkAll(url, 'full=true', () => 'full=true'),
    await walkAll(url, 'every field', all),
    await walkWithClient(url),
  ]
  console.log(renderTable(rows))
}

/** Walks all kinds by plain HTTP. */
async function walkAll(url: string, name: string, query: (kind: (typeof REPO_KINDS)[number]) => string) {
  const times: number[] = []
  let items = 0
  const startedMs = performance.now()
  for (const kind of REPO_KINDS) {
    let next: string | undefined = `${url}/api/${pluralOf[kind]}?limit=1000&${query(kind)}`
    while (next !== undefined) {
      const askedMs = performance.now()
      const answer: Response = await fetch(next)
      if (!answer.ok) throw new Error(await answer.text())
      items += ((await answer.json()) as unknown[]).length
      times.push(performance.now() - askedMs)
      next = /<(.+)>/.exec(answer.headers.get('link') ?? '')?.[1]
    }
  }
  return row(name, items, performance.now() - startedMs, times)
}

async function walkWithClient(hubUrl: string) {
  const startedMs = performance.now()
  let items = 0
  for (const list of [listModels({ hubUrl }), listDatasets({ hubUrl }), listSpaces({ hubUrl })]) {
    for await (const _ of list) items++
  }
  return row("the Hub's client, in JavaScript", items, performance.now() - startedMs, [])
}

function row(walk: string, items: number, ms: number, times: readonly number[]) {
  const mean = (some: readonly number[]) =>
    some.length === 0 ? '' : (some.reduce((a, b) => a + b, 0) / some.length).toFixed(0)
  return {
    walk,
    repos: items,
    'repos/s': Math.round((items / ms) * 1000),
    'first pages, ms': mean(times.slice(1, 1 + PAGES_COMPARED)),
    'last pages, ms': mean(times.slice(-PAGES_COMPARED)),
  }
}
