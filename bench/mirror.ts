import { pluralOf, REPO_KINDS } from '../src/hub/kinds.ts'
import { EXPANDABLE } from '../src/hub-server/repo-fields.ts'
import { renderTable } from '../src/output/table.ts'
import { walkInJavaScript } from './support/client-walks.ts'
import { withCrawledServer } from './support/crawled-server.ts'

/**
 * Walks the lists of the mirror over a crawled sample Hub: `npm run bench -- mirror [repos]`. Compares shapes and orders, the
 * first pages of a walk with the last, and plain HTTP with the Hub's own client. MIRROR_URL names a running mirror instead.
 */
const repos = Number(process.argv[2] ?? 100_000)
const PAGES_COMPARED = 5

const given = process.env['MIRROR_URL']
if (given === undefined) await withCrawledServer(repos, ({ url }) => measure(url))
else await measure(given)

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

async function walkWithClient(url: string) {
  const { repos: items, ms } = await walkInJavaScript(url)
  return row("the Hub's client, in JavaScript", items, ms, [])
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
