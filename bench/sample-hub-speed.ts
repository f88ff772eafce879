import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { EXPANDABLE } from '../src/hub-server/repo-fields.ts'
import { createSampleHub } from '../src/sample-hub/sample-hub.ts'

/**
 * Measures the sample Hub itself, whose cost is part of every crawl benchmark: `node bench/sample-hub-speed.ts`. It runs in its
 * own thread, and only the processor time of that thread counts, so the client and other load matter little.
 */
const REPOS = 100_000
const MANY_REPOS = 1_000_000
const ROUNDS = 3
const CHANGES = 20_000
const KINDS = ['models', 'datasets', 'spaces']

if (isMainThread) await measure()
else await serve(workerData)

async function serve(repos: number): Promise<void> {
  const hub = await createSampleHub({ repos, quota: 0 })
  parentPort?.on('message', (message) => {
    if (message === 'churn') hub.churn(CHANGES)
    const { user, system } = process.threadCpuUsage()
    parentPort?.postMessage((user + system) / 1e6)
  })
  parentPort?.postMessage(hub.url)
}

async function measure(): Promise<void> {
  const few = await start(REPOS)
  const fields = EXPANDABLE.model.map((field) => `expand=${field}`).join('&')
  const models = `${few.url}/api/models?sort=createdAt&direction=1&${fields}`
  await walk(models, 'identity')
  for (const encoding of ['identity', 'gzip']) {
    const rates: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const before = await few.cpuSecs()
      const repos = await walk(models, encoding)
      rates.push(repos / ((await few.cpuSecs()) - before))
    }
    console.log(`expand shape, ${encoding}: ${Math.round(Math.max(...rates))} repos per second of processor time`)
  }
  await few.stop()

  const startedAt = performance.now()
  const many = await start(MANY_REPOS)
  for (const kind of KINDS) await fetch(`${many.url}/api/${kind}?sort=createdAt&direction=1`)
  console.log(`a million repos: first page of each kind ${Math.round(performance.now() - startedAt)} ms after the start`)
  for (const kind of KINDS) {
    for (const sort of ['trendingScore', 'likes', 'lastModified']) await fetch(`${many.url}/api/${kind}?sort=${sort}`)
  }
  console.log(`a million repos: ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB RSS with twelve sort orders in use`)
  const before = await many.cpuSecs()
  const churned = (await many.cpuSecs('churn')) - before
  const rate = Math.round(CHANGES / churned)
  console.log(`a million repos: ${rate} changes per second of processor time with twelve sort orders`)
  console.log(`a million repos: ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB RSS after ${CHANGES} changes`)
  await many.stop()
}

async function start(repos: number) {
  const worker = new Worker(new URL(import.meta.url), { workerData: repos })
  const [url]: string[] = await once(worker, 'message')
  const cpuSecs = async (request = 'measure'): Promise<number> => {
    worker.postMessage(request)
    const [secs]: number[] = await once(worker, 'message')
    return secs ?? 0
  }
  return { url, cpuSecs, stop: () => worker.terminate() }
}

/** Reads a listing to its end and returns the number of repos. */
async function walk(url: string, encoding: string): Promise<number> {
  let repos = 0
  for (let next: string | undefined = url; next !== undefined; ) {
    const answer: Response = await fetch(next, { headers: { 'accept-encoding': encoding } })
    await answer.arrayBuffer()
    repos += 1000
    next = /<(.+)>/.exec(answer.headers.get('link') ?? '')?.[1]
  }
  return repos
}
