import { readFile } from 'node:fs/promises'
import { type ClientRequest, get } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { CrawledServer } from './crawled-server.ts'

const STREAMS = 1_000
const LONGEST_MS = 60_000

/** Opens event streams of the status, and changes the status: how long until all have an event, and the memory they take. */
export async function measureStreams({ url, child, database }: Partial<CrawledServer> & { url: string }) {
  const before = await residentMb(child?.pid)
  let events = 0
  const startedMs = performance.now()
  const requests: ClientRequest[] = []
  try {
    for (let index = 0; index < STREAMS; index++) {
      const request = get(`${url}/api/v1/status/stream`, { agent: false }, (response) => {
        response.setEncoding('utf8').on('data', (text: string) => {
          events += text.split('event: status').length - 1
        })
        response.on('error', () => undefined)
      })
      request.on('error', () => undefined)
      requests.push(request)
    }
    const first = await untilAll(() => events, STREAMS)
    const openedMs = performance.now() - startedMs
    const after = await residentMb(child?.pid)
    const changed = database === undefined ? undefined : await change(database, () => events)
    return {
      streams: first,
      'all have an event after, ms': Math.round(openedMs),
      'memory, MB': before === undefined || after === undefined ? '' : `${before} -> ${after}`,
      'got a change': changed?.received ?? '',
      'last of them after, ms': changed?.ms ?? '',
    }
  } finally {
    for (const request of requests) request.destroy()
  }
}

/** A failure more: the status is read every five seconds, so that its event comes after so long at most, plus the delay. */
async function change(database: NonNullable<CrawledServer['database']>, count: () => number) {
  const before = count()
  const startedMs = performance.now()
  await database.query(`insert into catalog.failures (task, hub_id, kind, cause, answer, retry_at)
    select 'card', hub_id, kind, 'timeout', 'for a benchmark', now() + interval '1 day' from catalog.repos limit 1`)
  const received = await untilAll(() => count() - before, STREAMS)
  return { received, ms: Math.round(performance.now() - startedMs) }
}

async function untilAll(count: () => number, wanted: number): Promise<number> {
  const startedMs = performance.now()
  while (count() < wanted && performance.now() - startedMs < LONGEST_MS) await delay(10)
  return Math.min(count(), wanted)
}

/** Memory of a process of this machine, where it says so. */
async function residentMb(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(status) ?? []
  return kilobytes === undefined ? undefined : Math.round(Number(kilobytes) / 1024)
}
