import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRemovalStore } from '../../src/catalog/passes/removal-store.ts'
import { createRefreshQueue, type RefreshRequest } from '../../src/catalog/processes/refresh-queue.ts'
import { refreshRepo } from '../../src/crawl/refresh/refresh.ts'
import type { StageRun } from '../../src/crawl/stages/run-stages.ts'
import { createHubClient } from '../../src/hub/client.ts'
import { REPO_KINDS } from '../../src/hub/kinds.ts'
import { createFault, type Fault, type FaultKind } from '../../src/sample-hub/faults/fault.ts'
import type { HubChange } from '../../src/sample-hub/life/hub-change.ts'
import { webhookPayload } from '../../src/sample-hub/life/webhook-payload.ts'
import { createSampleHub, type SampleHub } from '../../src/sample-hub/sample-hub.ts'
import { readWebhook } from '../../src/server/routes/read-webhook.ts'
import { openTestCatalog, type TestCatalog } from '../support/catalog/catalog.ts'
import { crawlOnce, type TestCrawl } from '../support/catalog/crawl.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'
import { stagesOnce } from '../support/catalog/stages.ts'
import { catalogLines, hubLines, liveHubIds, tombstones } from '../support/hub/hub-truth.ts'

const SECOND = 1000
const FAULTS: readonly FaultKind[] = ['429', '5xx', 'reset', 'cut', 'json', 'html', 'drop', 'repeat']

type Step =
  | { do: 'faults'; faults: Fault[] }
  | { do: 'churn'; changes: number }
  | { do: 'full' | 'recent'; churnAtPage: number; stopAtPage: number }
  | { do: 'take-name'; repo: number; deletes: boolean }
  | { do: 'webhooks'; lost: number; delivered: number; isBackwards: boolean }
  | { do: 'stages' }

/** Faults of every n-th request, of lists, which drop rows, or of all requests for single repos. */
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.tuple(fc.constantFrom(...FAULTS), fc.integer({ min: 2, max: 12 })).map(([kind, every]) => createFault(kind, { every })),
  fc.constant(createFault('drop')),
  fc
    .tuple(fc.constantFrom('hidden' as const, '5xx' as const), fc.constantFrom('models', 'datasets', 'spaces'))
    .map(([kind, repos]) => createFault(kind, { path: `/api/${repos}/` })),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('faults' as const), faults: fc.array(fault, { maxLength: 3 }) }),
  fc.record({ do: fc.constant('churn' as const), changes: fc.integer({ min: 1, max: 60 }) }),
  fc.record({
    do: fc.constantFrom('full' as const, 'recent' as const),
    churnAtPage: fc.integer({ min: 0, max: 8 }),
    stopAtPage: fc.integer({ min: 0, max: 12 }),
  }),
  fc.record({ do: fc.constant('take-name' as const), repo: fc.nat(), deletes: fc.boolean() }),
  fc.record({
    do: fc.constant('webhooks' as const),
    lost: fc.integer({ min: 0, max: 6 }),
    delivered: fc.integer({ min: 1, max: 30 }),
    isBackwards: fc.boolean(),
  }),
  fc.constant({ do: 'stages' as const }),
)

const WHOLE_PASS: Step = { do: 'full', churnAtPage: 0, stopAtPage: 0 }
/** Rows are missing from lists, and requests by name fail, too. */
const LYING_HUB: Step[] = [
  { do: 'faults', faults: [createFault('drop'), createFault('hidden', { path: '/api/models/' })] },
  WHOLE_PASS,
]
const FAILING_HUB: Step[] = [
  { do: 'faults', faults: [createFault('drop'), createFault('5xx', { path: '/api/models/' })] },
  WHOLE_PASS,
]
/** A repo has moved without a webhook, and the repo that took its name is deleted. */
const NAME_TAKEN: Step[] = [
  { do: 'take-name', repo: 7, deletes: true },
  { do: 'webhooks', lost: 2, delivered: 1, isBackwards: false },
]
const DETAILS: Partial<StageRun> = { stages: ['details'], maxRequests: 10 }
/** Files that were fetched at the current commit of their repo. */
const CURRENT_FILES = `
  select r.hub_id, f.paths from catalog.repos r
  join catalog.repo_stages s on s.hub_id = r.hub_id and s.stage = 'details' and s.sha = r.sha
  join catalog.repo_files f on f.hub_id = r.hub_id where r.removed_at is null`

describe.each(anyCatalogTarget)('the catalog of a Hub that changes ($engine)', ({ create }) => {
  let catalog: TestCatalog

  beforeAll(async () => {
    catalog = await openTestCatalog(create)
  })
  afterAll(async () => {
    await catalog[Symbol.asyncDispose]()
  })

  const crawl = (hub: SampleHub, options: TestCrawl) =>
    crawlOnce(catalog, hub.url, {
      kinds: ['model', 'dataset', 'space'],
      pageSize: 16,
      overlapMs: 0,
      maxRemovedShare: 1,
      client: { retries: 2, retryDelayMs: 1, maxConsecutive429s: 3 },
      ...options,
    })

  it('matches the Hub once it stands still, and never removed a live repo, whatever happened before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 2, maxLength: 8 }),
        fc.integer({ min: 1, max: 1000 }),
        async (steps, seed) => {
          await catalog.empty()
          let nowMs = Date.UTC(2026, 11, 1)
          const now = () => nowMs
          let hub = await createSampleHub({ repos: 120, seed, quota: 0, now })
          const undelivered: RefreshRequest[] = []
          const listen = () => hub.change.onChange((change) => undelivered.push(...requestsOf(change, hub)))
          try {
            listen()
            await crawl(hub, {})
            for (const next of steps) {
              nowMs += 60 * SECOND
              if (next.do === 'churn') hub.churn(next.changes)
              else if (next.do === 'take-name') takeName(hub, next)
              else if (next.do === 'webhooks') await webhooks(hub, next, undelivered)
              else if (next.do === 'stages') await stagesOnce(catalog, hub.url, DETAILS)
              else if (next.do === 'faults') {
                hub = await restarted(hub, now, next.faults)
                listen()
              } else await pass(hub, next)
            }
            hub = await restarted(hub, now)
            nowMs += 60 * SECOND
            for (const outcome of await crawl(hub, {})) expect(outcome).toMatchObject({ state: 'complete' })
            // The first run may only finish an interrupted pass. The second one begins after the last change.
            for (const outcome of await crawl(hub, {})) expect(outcome).toMatchObject({ state: 'complete' })
            expect(await catalogLines(catalog)).toEqual(hubLines(hub))
            expect(await catalog.rows('select * from catalog.unresolved_repos')).toEqual([])
            const files = filesOf(hub)
            for (const { hub_id, paths } of await catalog.rows(CURRENT_FILES)) {
              expect(paths).toEqual(files.get(String(hub_id)))
            }
          } finally {
            await hub.close()
          }
        },
      ),
      {
        numRuns: 4,
        examples: [LYING_HUB, FAILING_HUB, NAME_TAKEN].map((steps): [Step[], number] => [steps, 1]),
      },
    )
  })

  /** A pass during which the Hub changes, and which may be interrupted. */
  async function pass(hub: SampleHub, { do: scope, churnAtPage, stopAtPage }: Extract<Step, { churnAtPage: number }>) {
    const liveBefore = liveHubIds(hub)
    const removedBefore = await tombstones(catalog)
    const stop = new AbortController()
    let pages = 0
    const outcomes = await crawl(hub, {
      scope,
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type !== 'page') return
        pages++
        if (pages === churnAtPage) hub.churn(20)
        if (pages === stopAtPage) stop.abort()
      },
    })
    const liveAfter = liveHubIds(hub)
    const livedThroughout = [...liveBefore].filter((hubId) => liveAfter.has(hubId))
    const removed = await tombstones(catalog)
    expect(livedThroughout.filter((hubId) => removed.has(hubId) && !removedBefore.has(hubId))).toEqual([])
    return outcomes
  }

  /** Refreshes repos named by webhooks that came late, in any order, or in part. The Hub does not change meanwhile. */
  async function webhooks(
    hub: SampleHub,
    { lost, delivered, isBackwards }: Extract<Step, { lost: number }>,
    undelivered: RefreshRequest[],
  ): Promise<void> {
    undelivered.splice(0, lost)
    const requests = undelivered.splice(0, delivered)
    const queue = createRefreshQueue(catalog.db, { restMs: 0 })
    await queue.add(isBackwards ? requests.reverse() : requests)
    const client = createHubClient({ endpoint: hub.url, retries: 1, retryDelayMs: 1, maxConsecutive429s: 3 })
    const context = {
      hub: client,
      store: createRemovalStore(catalog.connection),
      includePrivate: false,
      signal: new AbortController().signal,
    }
    const removedBefore = await tombstones(catalog)
    for (let entries = await queue.lease(8); entries.length > 0; entries = await queue.lease(8)) {
      await Promise.all(entries.map((entry) => refreshRepo(entry, context).then(() => queue.finish(entry))))
    }
    await client.close()
    const live = liveHubIds(hub)
    const removed = await tombstones(catalog)
    expect([...removed].filter((hubId) => live.has(hubId) && !removedBefore.has(hubId))).toEqual([])
  }

  /** The same Hub with its changes at the same address. */
  async function restarted(hub: SampleHub, now: () => number, faults: readonly Fault[] = []): Promise<SampleHub> {
    const payloads = {
      models: [...hub.repos('model')],
      datasets: [...hub.repos('dataset')],
      spaces: [...hub.repos('space')],
    }
    await hub.close()
    return await createSampleHub({ payloads, quota: 0, now, port: Number(new URL(hub.url).port), faults })
  }

  it('has every repo that existed throughout a full pass, whatever changes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 5, max: 60 }), async (seed, changes) => {
        await catalog.empty()
        const hub = await createSampleHub({ repos: 150, seed, quota: 0 })
        try {
          const before = liveHubIds(hub)
          // A repo that was private for a while did not exist throughout the pass.
          hub.change.onChange((change) => change.type === 'settings' && before.delete(change.hubId))
          const outcomes = await crawl(hub, { onEvent: (event) => event.type === 'page' && hub.churn(changes) })
          for (const outcome of outcomes) expect(outcome).toMatchObject({ state: 'complete' })
          const after = liveHubIds(hub)
          const known = new Set((await catalog.rows('select hub_id from catalog.repos')).map((row) => row['hub_id']))
          expect([...before].filter((hubId) => after.has(hubId) && !known.has(hubId))).toEqual([])
        } finally {
          await hub.close()
        }
      }),
      { numRuns: 4 },
    )
  })
})

function requestsOf(change: HubChange, { url }: SampleHub): RefreshRequest[] {
  const reading = readWebhook(webhookPayload(change, url))
  return 'refresh' in reading ? reading.refresh : []
}

/** A repo moves, and a new one takes its name, temporarily or permanently. */
function takeName(hub: SampleHub, { repo, deletes }: Extract<Step, { deletes: boolean }>): void {
  const kind = REPO_KINDS[repo % REPO_KINDS.length] ?? 'model'
  const repos = [...hub.repos(kind)]
  const id = repos[repo % repos.length]?.id
  if (id === undefined) return
  hub.change.move(kind, id, `${id}-moved-${repos.length}`)
  hub.change.create(kind, { id })
  if (deletes) hub.change.delete(kind, id)
}

function filesOf(hub: SampleHub): Map<string, string[]> {
  return new Map(
    REPO_KINDS.flatMap((kind) =>
      [...hub.repos(kind, ['siblings'])].map((repo): [string, string[]] => [
        repo._id,
        (repo['siblings'] as { rfilename: string }[]).map((file) => file.rfilename),
      ]),
    ),
  )
}
