import autocannon from 'autocannon'
import { renderTable } from '../src/output/table.ts'
import { walkInJavaScript, walkInPython } from './support/client-walks.ts'
import { type CrawledServer, withCrawledServer } from './support/crawled-server.ts'
import { measureStreams } from './support/event-streams.ts'

/**
 * Loads `hubdex serve` over a crawled sample Hub: `npm run bench -- http [repos] [seconds per route]`. HTTP_URL names a running
 * server instead, for example one with Meilisearch; without its database, changes are not timed.
 */
const repos = Number(process.argv[2] ?? 100_000)
const seconds = Number(process.argv[3] ?? 60)
const CLIENTS = 50

const WORDS = ['llama', 'whisper large', 'text embedding', 'bert', 'stable diffusion', 'qwen coder', 'vision', 'audio french']

const given = process.env['HTTP_URL']
if (given === undefined) await withCrawledServer(repos, (server) => measure(server))
else await measure({ url: given.replace(/\/$/, '') })

async function measure(server: Pick<CrawledServer, 'url'> & Partial<CrawledServer>): Promise<void> {
  const { url } = server
  const ids = await someIds(url)
  const words = (path: string) => WORDS.map((text) => `${path}${encodeURIComponent(text)}`)
  const routes: Record<string, string[]> = {
    search: words('/api/v1/search?limit=20&q='),
    'search, five facets': words('/api/v1/search?limit=20&facet=task,library,license,language,author&q='),
    'search, histograms': words('/api/v1/search?limit=0&histogram=downloads,likes,created,modified,parameters&q='),
    facets: words('/api/v1/facets/license?q='),
    suggest: WORDS.map((text) => `/api/v1/suggest?prefix=${encodeURIComponent(text.slice(0, 3))}`),
    repo: ids.map((id) => `/api/v1/repos/model/${id}`),
    'mirror, list': ['/api/models?limit=100', '/api/datasets?limit=100&sort=likes', '/api/models?limit=100&filter=license:mit'],
    'mirror, repo': ids.map((id) => `/api/models/${id}`),
  }
  const rows = []
  for (const [route, paths] of Object.entries(routes)) rows.push({ route, ...(await load(url, paths)) })
  console.log(`${CLIENTS} clients, ${seconds} s per route`)
  console.log(renderTable(rows))
  console.log(renderTable([await measureStreams(server)]))
  const walks = { '@huggingface/hub': await walkInJavaScript(url), huggingface_hub: await walkInPython(url) }
  const walked = Object.entries(walks).flatMap(([client, walk]) =>
    walk === undefined ? [] : [{ client, repos: walk.repos, 'repos/s': Math.round((walk.repos / walk.ms) * 1000) }],
  )
  console.log(renderTable(walked))
}

async function load(url: string, paths: readonly string[]) {
  const { requests, latency, errors, timeouts, non2xx } = await autocannon({
    url,
    connections: CLIENTS,
    duration: seconds,
    requests: paths.map((path) => ({ method: 'GET', path })),
  })
  return {
    'requests/s': Math.round(requests.average),
    'p50, ms': latency.p50,
    'p99, ms': latency.p99,
    'most, ms': latency.max,
    errors: errors + timeouts + non2xx,
  }
}

async function someIds(url: string): Promise<string[]> {
  const answer = await fetch(`${url}/api/models?limit=50`)
  if (!answer.ok) throw new Error(await answer.text())
  return ((await answer.json()) as { id: string }[]).map(({ id }) => id)
}
