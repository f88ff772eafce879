import { describe, expect, onTestFinished, test } from 'vitest'
import type { HubClient } from '../../src/hub/client.ts'
import { REPO_KINDS } from '../../src/hub/kinds.ts'
import { createFault } from '../../src/sample-hub/faults/fault.ts'
import type { SampleHubOptions } from '../../src/sample-hub/options.ts'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { startClient } from './test-server.ts'
import { fastClock } from './virtual-clock.ts'

async function startSample(options: SampleHubOptions): Promise<SampleHub> {
  const sample = await createSampleHub(options)
  onTestFinished(() => sample.close())
  return sample
}

/** The hub ids of all repos of all kinds, walked in parallel. */
async function walk(hub: HubClient, limit: number): Promise<string[]> {
  const ids: string[] = []
  const walkKind = async (kind: (typeof REPO_KINDS)[number]): Promise<void> => {
    for await (const page of hub.listPages(kind, { sort: 'createdAt', direction: 1, limit, expand: ['createdAt'] })) {
      for (const item of page.items) ids.push((item as { _id: string })._id)
    }
  }
  await Promise.all(REPO_KINDS.map(walkKind))
  return ids
}

describe('against a sample Hub', () => {
  test('A walk returns each repo once', async () => {
    const sample = await startSample({ repos: 2000, quota: 0 })
    const ids = await walk(startClient(sample.url), 100)
    expect(ids).toHaveLength(2000)
    expect(new Set(ids).size).toBe(2000)
  })

  test('A walk with every passing fault returns the same as one without', async () => {
    const passing = (['5xx', 'reset', 'cut', '429', 'html'] as const).map((kind) => createFault(kind, { rate: 0.05, after: 3 }))
    const faulty = await startSample({ repos: 2000, quota: 0, seed: 5, faults: passing })
    const whole = await startSample({ repos: 2000, quota: 0, seed: 5 })
    const hub = startClient(faulty.url, { retries: 10 })
    expect((await walk(hub, 50)).sort()).toEqual((await walk(startClient(whole.url), 50)).sort())
    expect(hub.events.some((event) => event.type === 'retry')).toBe(true)
  })

  // The use of each window also depends on the load of the machine. budget.test.ts simulates it.
  test('Several short windows are used up without a 429', async () => {
    const clock = fastClock(4)
    const sample = await startSample({ repos: 450, quota: 100, windowSecs: 6, now: clock.now })
    expect(await walk(startClient(sample.url, { clock }), 2)).toHaveLength(450)
    const { windows, throttled } = sample.requests
    expect(throttled).toBe(0)
    expect(windows.length).toBeGreaterThan(2)
  })

  test('Properties that lists refuse cost one request', async () => {
    const sample = await startSample({ repos: 10, expandRefusedOnLists: ['usedStorage', 'childrenModelCount'] })
    const hub = startClient(sample.url)
    for await (const page of hub.listPages('model', {})) expect(page.requests).toBe(2)
    expect(hub.events).toContainEqual({
      type: 'expand-refused',
      kind: 'model',
      properties: ['childrenModelCount', 'usedStorage'],
    })
  })
})
