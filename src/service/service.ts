import './lean-heap.ts'
import { createRefreshQueue } from '../catalog/processes/refresh-queue.ts'
import type { TaskName } from '../config/settings.ts'
import type { HealthProbes } from '../server/routes/health.ts'
import type { Emit } from '../telemetry/events.ts'
import { createLog } from '../telemetry/log.ts'
import { createMetrics } from '../telemetry/metrics/metrics.ts'
import { hubdexVersion } from '../util/version.ts'
import type { ServiceContext } from './context.ts'
import { catalogProbes, type ServingParts } from './http-server.ts'
import { LaneCoverageMonitor } from './lanes/lane-coverage.ts'
import { awaitServer } from './open/await-server.ts'
import { nameOf, openCatalog } from './open/catalog.ts'
import { claimCatalog } from './open/claim-catalog.ts'
import { budgetsOf, nameUnusedToken, openHubs } from './open/hub.ts'
import { openQueue, sharedQueueOf } from './open/queue.ts'
import { type Scheduler, startScheduler } from './scheduler.ts'
import { startServiceHeartbeat } from './service-heartbeat.ts'
import { type RunningWorker, startWorker } from './task-worker.ts'

/** What a process does. Each part of it may also run elsewhere. */
export interface Role {
  /** The command. */
  name: string
  /** Decides what is due, and hands it out. */
  dispatches: boolean
  /** Does tasks of these names. */
  works: readonly TaskName[]
}

/**
 * Runs the parts of a role over one catalog and one queue for as long as `serving` takes, which is told what a server needs.
 * Then all work is laid down tidily: what was due and is not done is still due.
 */
export async function runService(
  role: Role,
  context: ServiceContext,
  serving: (parts: ServingParts) => Promise<void>,
): Promise<void> {
  const { settings } = context
  const log = createLog(role.name, context)
  await using cleanup = new AsyncDisposableStack()
  const catalog = cleanup.use(await awaitServer(() => openCatalog(context), context))
  if (role.dispatches || role.works.length > 0) await claimCatalog(context, catalog)
  const metrics = createMetrics({ role: role.name, version: hubdexVersion(), emit: log })
  const emit: Emit = (part, event, origin) => {
    metrics.count(part, event, origin)
    log(part, event, origin)
  }
  const queue = await awaitServer(() => openQueue(settings), context)
  cleanup.defer(() => queue.tasks.close())
  if (role.works.length > 0) nameUnusedToken(context)
  const hubs = openHubs(settings, (event, budget) => emit('hub', event, { budget }))
  cleanup.defer(async () => void (await Promise.all(hubs.map(({ hub }) => hub.close()))))

  const failed = new AbortController()
  const signal = AbortSignal.any([context.signal, failed.signal])
  const sharedQueue = sharedQueueOf(settings)
  const refreshes = createRefreshQueue(catalog.db)
  const coverage =
    role.dispatches && sharedQueue !== undefined
      ? new LaneCoverageMonitor({ ...queue, refreshes, emit: (event) => emit('workers', event) })
      : undefined
  const heartbeat = await startServiceHeartbeat({
    ...{ catalog, endpoint: settings.endpoint, catalogName: nameOf(settings), sharedQueue, lanes: queue.lanes, emit },
    process: { role: role.name, version: hubdexVersion(), tasks: role.works, budgets: budgetsOf(settings) },
    mustWrite: role.dispatches || role.works.length > 0 || settings.webhookSecret !== undefined,
    onLook: async () => void (await coverage?.look()),
    onEnd: (reason) => failed.abort(reason),
  })
  cleanup.defer(() => heartbeat.end())

  const parts = { settings, catalog, queue, emit }
  const work = role.works.length > 0 ? await startWorker(role.works, { ...parts, hubs, heartbeat }) : undefined
  cleanup.defer(async () => void (await work?.drain(settings.shutdownTimeoutSecs * 1000)))
  const stopped = new AbortController()
  const dispatch = role.dispatches
    ? startScheduler({ ...parts, signal: AbortSignal.any([signal, stopped.signal]) })
    : undefined
  cleanup.defer(async () => {
    stopped.abort(new Error('The process ends.'))
    await dispatch?.ended
  })
  metrics.read({
    budgets: hubs.map(({ budget, hub }) => ({ budget, budgets: hub.budgets })),
    indexed: () => work?.indexed() ?? 0,
    logLinesLost: context.logLinesLost,
  })
  await serving({
    context: { ...context, signal },
    catalog,
    queue,
    metrics,
    emit,
    health: {
      ...catalogProbes(heartbeat, catalog, settings),
      ...(queue.tasks.engine !== 'local' && { pingQueue: () => queue.tasks.ping() }),
      ...signsOfLife(work, dispatch),
      ...(coverage && { areLanesServed: () => !coverage.areWorkersMissing }),
    },
    refreshes,
    onRefresh: () => work?.wakeRefreshes(),
  })
  failed.signal.throwIfAborted()
}

function signsOfLife(work: RunningWorker | undefined, dispatch: Scheduler | undefined): Partial<HealthProbes> {
  return {
    ...(work && { workersSilentMs: () => work.silentMs() }),
    ...(dispatch && { scheduleSilentMs: () => dispatch.scheduleSilentMs() }),
  }
}
