import './lean-heap.ts'
import { createRefreshQueue } from '../catalog/processes/refresh-queue.ts'
import type { Settings, TaskName } from '../config/settings.ts'
import type { RunningSchedule } from '../crawl/schedule/schedule.ts'
import type { HealthProbes } from '../server/routes/health.ts'
import type { Emit } from '../telemetry/events.ts'
import { createLog } from '../telemetry/log.ts'
import { createMetrics } from '../telemetry/metrics/metrics.ts'
import { Cleanup } from '../util/cleanup.ts'
import { hubdexVersion } from '../util/version.ts'
import type { ServiceContext } from './context.ts'
import type { ServingParts } from './http-server.ts'
import { LaneCoverageMonitor } from './lanes/lane-coverage.ts'
import { fillOf } from './mirror-fill.ts'
import { awaitServer } from './open/await-server.ts'
import { nameOf, type OpenCatalog, openCatalog } from './open/catalog.ts'
import { claimCatalog } from './open/claim-catalog.ts'
import { budgetsOf, nameUnusedToken, openHubs } from './open/hub.ts'
import { type OpenQueue, openQueue, sharedQueueOf } from './open/queue.ts'
import { startScheduler } from './scheduler.ts'
import { type ServiceHeartbeat, startServiceHeartbeat } from './service-heartbeat.ts'
import { type RunningWorker, startWorker } from './task-worker.ts'

/** What a process does. Other processes can do the rest over the same catalog and queue. */
export interface Role {
  /** The name of the command. */
  name: string
  /** Whether it runs the schedule, and enqueues the tasks that are due. */
  isScheduler: boolean
  /** Names of the tasks that it does. */
  tasks: readonly TaskName[]
}

/**
 * Runs a role's components over one catalog and one queue until `serve` resolves. Then tasks in flight are finished or
 * released, and whatever is not done stays due.
 */
export async function runService(
  role: Role,
  context: ServiceContext,
  serve: (parts: ServingParts) => Promise<void>,
): Promise<void> {
  const { settings } = context
  const { isScheduler } = role
  const isWorker = role.tasks.length > 0
  const log = createLog(role.name, context)
  await using cleanup = new Cleanup()
  const catalog = cleanup.use(await awaitServer(() => openCatalog(context), context))
  const mayWrite = isScheduler || isWorker || settings.mirrorFill
  if (mayWrite) await claimCatalog(context, catalog)
  const metrics = createMetrics({ role: role.name, version: hubdexVersion(), emit: log })
  const emit: Emit = (part, event, origin) => {
    metrics.count(part, event, origin)
    log(part, event, origin)
  }
  const queue = await awaitServer(() => openQueue(settings), context)
  cleanup.defer(() => queue.tasks.close())
  if (isWorker) nameUnusedToken(context)
  const hubs = openHubs(settings, (event, budget) => emit('hub', event, { budget }))
  cleanup.defer(async () => void (await Promise.all(hubs.map(({ hub }) => hub.close()))))

  const failed = new AbortController()
  const signal = AbortSignal.any([context.signal, failed.signal])
  const sharedQueue = sharedQueueOf(settings)
  const refreshes = createRefreshQueue(catalog.db)
  const coverage =
    isScheduler && sharedQueue !== undefined
      ? new LaneCoverageMonitor({ ...queue, refreshes, emit: (event) => emit('workers', event) })
      : undefined
  const heartbeat = await startServiceHeartbeat({
    ...{ catalog, endpoint: settings.endpoint, catalogName: nameOf(settings), sharedQueue, lanes: queue.lanes, emit },
    process: { role: role.name, version: hubdexVersion(), tasks: role.tasks, budgets: budgetsOf(settings) },
    mustWrite: mayWrite || settings.webhookSecret !== undefined,
    onWorkersRead: async () => void (await coverage?.check()),
    onEnd: (reason) => failed.abort(reason),
  })
  cleanup.defer(() => heartbeat.end())

  const parts = { settings, catalog, queue, emit }
  const worker = isWorker ? await startWorker(role.tasks, { ...parts, hubs, heartbeat }) : undefined
  cleanup.defer(async () => void (await worker?.drain(settings.shutdownTimeoutSecs * 1000)))
  const stopped = new AbortController()
  const schedule = isScheduler ? startScheduler({ ...parts, signal: AbortSignal.any([signal, stopped.signal]) }) : undefined
  cleanup.defer(async () => {
    stopped.abort(new Error('The process ends.'))
    await schedule?.ended
  })
  metrics.read({
    budgets: hubs.map(({ budget, hub }) => ({ budget, budgets: hub.budgets })),
    indexed: () => worker?.indexed() ?? 0,
    logLinesLost: context.logLinesLost,
  })
  const health = healthProbes({ settings, catalog, queue, heartbeat, worker, schedule, coverage })
  const onRefresh = () => worker?.wakeRefreshes()
  const fill = settings.mirrorFill ? fillOf({ settings, catalog, hubs, signal, emit }) : undefined
  await serve({ context: { ...context, signal }, catalog, queue, metrics, emit, health, refreshes, fill, onRefresh })
  failed.signal.throwIfAborted()
}

interface HealthParts {
  settings: Settings
  catalog: OpenCatalog
  queue: OpenQueue
  heartbeat: ServiceHeartbeat
  worker: RunningWorker | undefined
  schedule: RunningSchedule | undefined
  coverage: LaneCoverageMonitor | undefined
}

function healthProbes(parts: HealthParts): HealthProbes {
  const { settings, catalog, queue, heartbeat, worker, schedule, coverage } = parts
  return {
    // A write, because a database that takes no writes may still answer queries.
    pingDatabase: () => heartbeat.renew(),
    // Without Meilisearch, the search engine is the database.
    ...(settings.meiliUrl !== undefined && { pingSearch: async () => void (await catalog.search.count()) }),
    ...(queue.tasks.engine !== 'local' && { pingQueue: () => queue.tasks.ping() }),
    ...(worker && { workersSilentMs: () => worker.silentMs() }),
    ...(schedule && { scheduleSilentMs: () => schedule.silentMs() }),
    ...(coverage && { areLanesServed: () => !coverage.areWorkersMissing }),
  }
}
