import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import fastify, { type FastifyInstance } from 'fastify'
import { REPO_KINDS, type RepoKind } from '../hub/kinds.ts'
import { RateLimit, type WindowUse } from '../hub-server/http/rate-limit.ts'
import { hubServer } from '../hub-server/hub-server.ts'
import type { HubRepo } from '../hub-server/hub-store.ts'
import { fileHost } from '../hub-server/routes/file-host.ts'
import { MemoryCollections } from './collections/memory-collections.ts'
import { openCollections } from './collections/open-collections.ts'
import { RepoContents } from './contents/repo-contents.ts'
import { createFault, type Fault } from './faults/fault.ts'
import { addFaultHooks } from './faults/fault-hooks.ts'
import { FaultPlan } from './faults/fault-plan.ts'
import { Blobs } from './history/blobs.ts'
import { Histories } from './history/histories.ts'
import { MemoryFileWriter } from './history/memory-file-writer.ts'
import { Churn } from './life/churn.ts'
import { ChurnPace } from './life/churn-pace.ts'
import type { HubChange } from './life/hub-change.ts'
import { HubChanges } from './life/hub-changes.ts'
import { HubClock } from './life/hub-clock.ts'
import { MemoryWriter } from './life/memory-writer.ts'
import { WebhookSender } from './life/webhook-sender.ts'
import { MemoryStore, type Shelves } from './memory-store.ts'
import { openShelves, type SampleHubOptions } from './options.ts'
import { MemoryAccounts } from './people/memory-accounts.ts'
import { SAMPLE_PEOPLE } from './people/people.ts'
import { publicRepos } from './public-repos.ts'
import { StateFile } from './state/state-file.ts'
import { MemoryWebhooks } from './webhooks/memory-webhooks.ts'

interface RequestCounts {
  readonly total: number
  /** 429 responses, including those of faults. */
  readonly throttled: number
  readonly byStatus: Readonly<Record<number, number>>
  /** The rate limit's windows, oldest first, without empty ones. */
  readonly windows: readonly Readonly<WindowUse>[]
}

export interface SampleHub {
  /** `http://host:port`, for HF_ENDPOINT. */
  readonly url: string
  readonly store: MemoryStore
  readonly requests: RequestCounts
  /** Changes the repos while they are served. */
  readonly change: HubChanges
  /** Outcome of webhook deliveries; undefined without a `webhook` option. */
  readonly webhook: WebhookSender | undefined
  /** Those that people have set up through the API. */
  readonly webhooks: MemoryWebhooks
  readonly collections: MemoryCollections
  /** Makes at least this many random changes now, 80 % of them to downloads. The same seed makes the same changes. */
  churn(changes: number): readonly HubChange[]
  /** Makes random changes at this rate from now on; 0 stops them. */
  setChurn(perSecond: number): void
  /**
   * Every repo of a kind that a caller without a token can see now, in no order: `_id`, `id` and the named fields. Without
   * names, these are the fields of the Hub's detail response and all values of `expand`.
   */
  repos(kind: RepoKind, names?: readonly string[]): IteratorObject<HubRepo>
  /** The Hub's clock, which dates its changes; milliseconds since 1970. */
  now(): number
  /** Also drops requests in flight. */
  close(): Promise<void>
}

/** Starts a Hub on a local port. By default it behaves like the real one, including the rate limit. */
export async function createSampleHub(options: SampleHubOptions = {}): Promise<SampleHub> {
  const { tokens, now = Date.now } = options
  const shelves = await openShelves(options)
  const store = new MemoryStore(shelves)
  const latestMs = latestChange(shelves)
  const clock = new HubClock(clockOf(latestMs, now))
  const histories = new Histories()
  const blobs = new Blobs()
  const change = new HubChanges(store, clock.now, histories, options.conversionDelayMs)
  const churn = new Churn(store, change, options.seed ?? 1)
  const pace = new ChurnPace(churn, clock)
  const { quota, resolversQuota, quotas, windowSecs = 300 } = options
  const rateLimit = new RateLimit({ quota, resolversQuota, quotas, windowSecs, now })
  const saveSoon = (): void => state?.changed()
  const whoamiQuota = options.whoamiQuota ?? (quota === 0 ? 0 : 60)
  const accounts = new MemoryAccounts(options.people ?? SAMPLE_PEOPLE, tokens, (kind, id) => store.hubIdOf(kind, id), saveSoon)

  const collections = new MemoryCollections(clock.now, saveSoon)
  const webhooks = new MemoryWebhooks(clock.now, saveSoon)
  collections.state = await openCollections(options, store, latestMs)

  const { model, dataset, space } = store.shelves
  const parts = { model, dataset, space, change, churn, histories, blobs, collections, webhooks, accounts }
  const state = options.state === undefined ? undefined : new StateFile(options.state, store.base, parts)
  await state?.load()
  change.onChange(saveSoon)
  change.onChange((one) => {
    if (one.type === 'move') collections.rename(one.kind, one.hubId, one.id)
  })

  const app = fastify({ forceCloseConnections: true })
  const requests = countRequests(app, rateLimit)
  app.addHook('onRequest', async ({ url, method }) => {
    options.onRequest?.(url, method)
    pace.catchUp()
  })
  addFaultHooks(app, new FaultPlan(faultsOf(options), options.seed))
  // The cheapest levels, so that measuring a crawl on this machine does not measure compression.
  await app.register(compress, {
    encodings: ['br', 'gzip', 'identity'],
    zlibOptions: { level: 1 },
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
  })
  const files = new RepoContents(clock.now, histories, blobs)
  const fileApp = options.fileHost === true ? fastify({ forceCloseConnections: true }) : undefined
  await fileApp?.register(fileHost, { store, files })
  await app.register(hubServer, {
    store,
    files,
    fileHostUrl: await fileApp?.listen({ host: options.host ?? '127.0.0.1', port: 0 }),
    writer: new MemoryWriter(store, change, blobs),
    fileWriter: new MemoryFileWriter({ changes: change, files, histories, blobs, now: clock.now }),
    rateLimit,
    now: clock.now,
    ascendingCreatedAt: options.ascendingCreatedAt,
    expandRefusedOnLists: options.expandRefusedOnLists,
    refuseDisabled: options.refuseDisabled,
    accounts,
    collections,
    webhooks,
    whoamiLimit: new RateLimit({ quota: whoamiQuota, windowSecs, now }),
  })

  const url = await app.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 })
  const webhook = options.webhook && new WebhookSender(options.webhook)
  if (webhook !== undefined) change.onChange((one) => webhook.send(one, url))
  change.onChange((one) => webhooks.send(one, url))
  pace.set(options.churn ?? 0)
  return {
    url,
    store,
    requests,
    change,
    webhook,
    collections,
    webhooks,
    churn: (changes) => churnBy(churn, changes),
    setChurn: (perSecond) => pace.set(perSecond),
    repos: (kind, names) => publicRepos(store.shelves[kind], names),
    now: clock.now,
    close: async () => {
      pace.stop()
      webhook?.close()
      webhooks.close()
      await Promise.all([app.close(), fileApp?.close()])
      await state?.close()
    },
  }
}

function churnBy(churn: Churn, changes: number): readonly HubChange[] {
  const made: HubChange[] = []
  while (made.length < changes) {
    const step = churn.step()
    // A step may make no change by chance. When no repo is left, no step does.
    if (step.length === 0 && churn.isExhausted) break
    made.push(...step)
  }
  return made
}

/** The given clock, moved ahead if it was behind the latest date of the repos at the start. */
function clockOf(latestMs: number, now: () => number): () => number {
  const aheadMs = Math.max(0, latestMs - now())
  return () => now() + aheadMs
}

/** When the newest repo was changed; 0 without repos. */
function latestChange(shelves: Shelves): number {
  return Math.max(...REPO_KINDS.map((kind) => shelves[kind].latestMs ?? 0))
}

/** A connection that a fault resets counts as a request without a status. */
function countRequests(app: FastifyInstance, { windows }: RateLimit): RequestCounts {
  const byStatus: Record<number, number> = {}
  const counts = { total: 0, throttled: 0, byStatus, windows }
  app.addHook('onRequest', async () => {
    counts.total++
  })
  app.addHook('onResponse', async (_request, reply) => {
    byStatus[reply.statusCode] = (byStatus[reply.statusCode] ?? 0) + 1
    if (reply.statusCode === 429) counts.throttled++
  })
  return counts
}

function faultsOf({ faults = [], latencyMs = 0 }: SampleHubOptions): readonly Fault[] {
  return latencyMs > 0 ? [createFault('latency', { ms: latencyMs }), ...faults] : faults
}
