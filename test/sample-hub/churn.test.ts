import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { REPO_KINDS } from '../../src/hub/kinds.ts'
import type { HubChange } from '../../src/sample-hub/life/hub-change.ts'
import type { SampleHubOptions } from '../../src/sample-hub/options.ts'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { walk } from './walk.ts'

const open: { close(): unknown }[] = []
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())))

async function hubWith(options: SampleHubOptions): Promise<SampleHub> {
  const hub = await createSampleHub({ quota: 0, ...options })
  open.push(hub)
  return hub
}

const START = Date.parse('2026-12-01T00:00:00.000Z')
const stateOf = (hub: SampleHub) => REPO_KINDS.flatMap((kind) => [...hub.repos(kind)])
const tally = (changes: readonly HubChange[]) =>
  Object.fromEntries([...Map.groupBy(changes, (change) => change.type)].map(([type, all]) => [type, all.length]))

describe('churn', () => {
  test('is the same for the same seed, and different for another', async () => {
    const lives = []
    for (const seed of [7, 7, 8]) {
      const hub = await hubWith({ repos: 300, seed, now: () => START })
      lives.push({ changes: hub.churn(2_000), state: stateOf(hub) })
    }
    const [first, again, other] = lives
    expect(again).toEqual(first)
    expect(other?.changes.map((change) => change.type)).not.toEqual(first?.changes.map((change) => change.type))
  })

  test('makes the changes seen on the real Hub, in their shares', async () => {
    const hub = await hubWith({ repos: 2_000, now: () => START })
    const changes = hub.churn(20_000)
    const counts = tally(changes)
    for (const type of ['create', 'commit', 'delete', 'move', 'settings']) expect(counts[type]).toBeGreaterThan(50)
    const onlyDownloads = changes.filter((change) => change.type === 'counters' && 'downloads' in change.counters)
    expect(onlyDownloads.length / changes.length).toBeCloseTo(0.8, 1)
    expect(hub.store.total).toBeGreaterThan(2_000)
  })

  test('keeps each listing complete and in order, and reorders trending repos', async () => {
    const hub = await hubWith({ repos: 600, now: () => START })
    const heads = new Set<string>()
    for (let round = 0; round < 10; round++) {
      hub.churn(200)
      const [page = []] = await walk(`${hub.url}/api/models?limit=1000`)
      heads.add(
        page
          .slice(0, 5)
          .map((repo) => repo.id)
          .join(' '),
      )
      const scores = page.map((repo) => Number(repo['trendingScore']))
      expect(scores).toEqual(scores.toSorted((a, b) => b - a))
      expect(new Set(page.map((repo) => repo._id))).toEqual(new Set([...hub.repos('model')].map((repo) => repo._id)))
    }
    expect(heads.size).toBeGreaterThan(3)
  })

  test('makes ties in dates, and reuses names for repos with another _id', async () => {
    const clock = { ms: START }
    const hub = await hubWith({ repos: 400, churn: 1, now: () => clock.ms })
    const changes: HubChange[] = []
    hub.change.onChange((change) => changes.push(change))
    clock.ms += 20_000_000
    await fetch(`${hub.url}/api/models?limit=1`)
    const commits = changes.filter((change) => change.type === 'commit')
    const seconds = Map.groupBy(commits, (change) => Math.floor(change.atMs / 1000))
    expect([...seconds.values()].some((group) => group.length > 1)).toBe(true)
    const byName = Map.groupBy(
      changes.filter((change) => change.type === 'create' || change.type === 'delete' || change.type === 'move'),
      (change) => `${change.kind} ${change.type === 'move' ? change.from : change.id}`,
    )
    const reused = [...byName.values()].filter((group) => new Set(group.map((change) => change.hubId)).size > 1)
    expect(reused.length).toBeGreaterThan(0)
  })

  test('follows the clock: each change has its time, however often the Hub is asked', async () => {
    const clock = { ms: START }
    const [often, once] = [
      await hubWith({ repos: 200, seed: 3, churn: 2, now: () => clock.ms }),
      await hubWith({ repos: 200, seed: 3, churn: 2, now: () => clock.ms }),
    ]
    const total = (hub: SampleHub) => {
      const changes: HubChange[] = []
      hub.change.onChange((change) => changes.push(change))
      return changes
    }
    const [seenOften, seenOnce] = [total(often), total(once)]
    for (let look = 0; look < 20; look++) {
      clock.ms += 4_900
      await fetch(`${often.url}/api/models?limit=1`)
    }
    await fetch(`${once.url}/api/models?limit=1`)
    expect(seenOften).toEqual(seenOnce)
    expect(seenOften.length).toBeGreaterThanOrEqual(195)
    expect(seenOften[9]?.atMs).toBeLessThanOrEqual(START + 5_000)
    often.setChurn(0)
    const settled = seenOften.length
    clock.ms += 60_000
    await fetch(`${often.url}/api/models?limit=1`)
    expect(seenOften).toHaveLength(settled)
  })

  test('ends when no repo is left', async () => {
    const hub = await hubWith({ payloads: {} })
    expect(hub.churn(10)).toEqual([])
    expect(() => hub.setChurn(Number.NaN)).toThrow(RangeError)
  })
})

test("a webhook gets every change except counters, in order, with its secret and in the Hub's words", async () => {
  const received: { headers: IncomingHttpHeaders; body: Record<string, unknown> }[] = []
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) })
    response.writeHead(received.length === 2 ? 500 : 200).end()
  })
  open.push(receiver)
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/hub`
  const hub = await hubWith({ payloads: { models: [{ id: 'acme/old' }] }, webhook: { url, secret: 's3cret' } })

  const { oldSha, sha, hubId } = hub.change.commit('model', 'acme/old') as HubChange & { oldSha: string }
  hub.change.counters('model', 'acme/old', { downloads: 5 })
  hub.change.settings('model', 'acme/old', { private: true })
  hub.change.move('model', 'acme/old', 'beta/new')
  hub.change.delete('model', 'beta/new')
  await hub.webhook?.settled()

  expect(received.map(({ headers }) => headers['x-webhook-secret'])).toEqual(Array(4).fill('s3cret'))
  const [commit, settings, move, deletion] = received.map(({ body }) => body)
  expect(commit).toMatchObject({
    event: { action: 'update', scope: 'repo.content' },
    repo: { type: 'model', name: 'acme/old', id: hubId, private: false, headSha: sha },
    updatedRefs: [{ ref: 'refs/heads/main', oldSha, newSha: sha }],
    webhook: { version: 3 },
  })
  expect(settings).toMatchObject({
    event: { action: 'update', scope: 'repo.config' },
    updatedConfig: { private: true },
  })
  expect(move).toMatchObject({
    event: { action: 'move', scope: 'repo' },
    repo: { name: 'acme/old' },
    movedTo: { name: 'beta/new', owner: { id: expect.any(String) } },
  })
  expect(deletion).toMatchObject({ event: { action: 'delete', scope: 'repo' }, repo: { name: 'beta/new' } })
  expect(hub.webhook?.counts).toEqual({ delivered: 3, failed: 1 })
})
