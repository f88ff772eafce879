import './lean-heap.ts'
import { createRefreshQueue } from '../catalog/processes/refresh-queue.ts'
import type { TaskName } from '../config/settings.ts'
import type { HealthProbes } from '../server/routes/health.ts'
import type { Tell } from '../telemetry/events.ts'
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
  await using ending = new AsyncDisposableStack()
  const catalog = ending.use(await awaitServer(() => openCatalog(context), context))
  if (role.dispatches || role.works.length > 0) await claimCatalog(context, catalog)
  const metrics = createMetrics({ role: role.name, version: hubdexVersion(), tell: log })
  const tell: Tell = (part, event, origin) => {
    metrics.count(part, event, origin)
    log(part, event, origin)
  }
  const queue = await awaitServer(() => openQueue(settings), context)
  ending.defer(() => queue.tasks.close())
  if (role.works.length > 0) nameUnusedToken(context)
  const hubs = openHubs(settings, (event, budget) => tell('hub', event, { budget }))
  ending.defer(async () => void (await Promise.all(hubs.map(({ hub }) => hub.close()))))

  const unfit = new AbortController()
  const signal = AbortSignal.any([context.signal, unfit.signal])
  const sharedQueue = sharedQueueOf(settings)
  const watch =
    role.dispatches && sharedQueue !== undefined
      ? new LaneCoverageMonitor({ ...queue, emit: (event) => tell('workers', event) })
      : undefined
  const pulse = await startServiceHeartbeat({
    ...{ catalog, endpoint: settings.endpoint, catalogName: nameOf(settings), sharedQueue, lanes: queue.lanes, tell },
    process: { role: role.name, version: hubdexVersion(), tasks: role.works, budgets: budgetsOf(settings) },
    mustWrite: role.dispatches || role.works.length > 0 || settings.webhookSecret !== undefined,
    onLook: async () => void (await watch?.look()),
    onEnd: (reason) => unfit.abort(reason),
  })
  ending.defer(() => pulse.end())

  const parts = { settings, catalog, queue, tell }
  const work = role.works.length > 0 ? await startWorker(role.works, { ...parts, hubs, pulse }) : undefined
  ending.defer(async () => void (await work?.drain(settings.graceSecs * 1000)))
  const stopped = new AbortController()
  const dispatch = role.dispatches
    ? startScheduler({ ...parts, signal: AbortSignal.any([signal, stopped.signal]) })
    : undefined
  ending.defer(async () => {
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
    tell,
    health: {
      ...catalogProbes(pulse, catalog, settings),
      ...(queue.tasks.engine !== 'local' && { pingQueue: () => queue.tasks.ping() }),
      ...signsOfLife(work, dispatch),
      ...(watch && { areLanesServed: () => !watch.areWorkersMissing }),
    },
    refreshes: dispatch?.refreshes ?? createRefreshQueue(catalog.db),
    onRefresh: () => dispatch?.wakeRefresh(),
  })
  unfit.signal.throwIfAborted()
}

function signsOfLife(work: RunningWorker | undefined, dispatch: Scheduler | undefined): Partial<HealthProbes> {
  return {
    ...(work && { workersSilentMs: () => work.silentMs() }),
    ...(dispatch && { scheduleSilentMs: () => dispatch.scheduleSilentMs() }),
  }
}
