import { createCollectionStore } from '../catalog/collections/collection-store.ts'
import { createPassStore } from '../catalog/passes/pass-store.ts'
import { createRemovalStore } from '../catalog/passes/removal-store.ts'
import { createRefreshQueue } from '../catalog/processes/refresh-queue.ts'
import { createStageStore } from '../catalog/stages/stage-store.ts'
import type { Settings, TaskName } from '../config/settings.ts'
import { refreshEntry } from '../crawl/refresh/refresh-entry.ts'
import { type RefreshRun, RefreshWorker } from '../crawl/refresh/refresh-worker.ts'
import { createHandlers } from '../crawl/tasks/handlers.ts'
import { createLanes } from '../crawl/tasks/lanes.ts'
import { dataOf, indexTask } from '../crawl/tasks/task-data.ts'
import { TrailingThrottle } from '../crawl/tasks/trailing-throttle.ts'
import { Turns } from '../crawl/turns.ts'
import { type LaneWorker, QUEUED_TASK_NAMES, type QueuedTaskName, type TaskEvent, type TaskHandler } from '../queue/tasks.ts'
import { SearchSync } from '../search/indexing/sync.ts'
import type { Emit } from '../telemetry/events.ts'
import { type DatabaseHeartbeat, withDatabaseGuard } from './database-guard.ts'
import { runOf } from './lanes/task-producer.ts'
import type { OpenCatalog } from './open/catalog.ts'
import { crawlOptionsOf, weightsOf } from './open/crawl-settings.ts'
import { openEmbedding } from './open/embedding.ts'
import type { BudgetedHub } from './open/hub.ts'
import type { OpenQueue } from './open/queue.ts'
import { recordBudgets } from './record-budgets.ts'

/** How often to record the budgets, by which other processes plan, and to retry failed releases of claims. */
const RECORD_MS = 10_000
/** How often to register the repeated index task with the queue, which forgets it when wiped. */
const REPEAT_MS = 30_000
/** How long to collect outbox entries before an index task: each batch has a fixed cost. */
const GATHER_MS = 500
/** How often the queue enqueues an index task, for entries that other processes have written. */
const INDEX_EVERY_MS = 2_000

export interface WorkerParts {
  settings: Settings
  catalog: OpenCatalog
  hubs: readonly BudgetedHub[]
  queue: OpenQueue
  emit: Emit
  heartbeat: DatabaseHeartbeat
}

export interface RunningWorker {
  /** Milliseconds since the last contact with the queue, for the lane where that is longest ago. */
  silentMs(): number
  /** Call this after adding repos to the refresh queue. */
  wakeRefreshes(): void
  /** The number of outbox entries applied to the search index so far. */
  indexed(): number
  /** Takes no new tasks. Short ones get `graceMs` to finish; a pass stops at its next page. The rest is queued again. */
  drain(graceMs: number): Promise<void>
}

/** Does tasks of these names, in the lanes of each of this process's tokens. */
export async function startWorker(names: readonly TaskName[], parts: WorkerParts): Promise<RunningWorker> {
  const { settings, catalog, hubs, queue, emit, heartbeat } = parts
  const { tasks, lanes } = queue
  const sync = new SearchSync(catalog.db, catalog.search, {
    owner: catalog.owner,
    batchSize: settings.indexBatchSize,
  })
  const embedding = openEmbedding(settings, catalog, {
    onFailure: ({ message }) => emit('embedding', { type: 'embedder-unavailable', reason: message }),
    onRecovery: () => emit('embedding', { type: 'embedder-recovered' }),
  })
  const indexLane = lanes.of('index', '')
  const ownLanes = createLanes(hubs.map(({ budget }) => budget))
  const indexing = new TrailingThrottle(() => tasks.add(indexLane, [indexTask({ finish: false })]), GATHER_MS)
  const onWritten = () => indexing.wake()
  const stages = createStageStore(catalog.connection, catalog.owner, weightsOf(settings))
  const removals = createRemovalStore(catalog.connection)
  const turns = new Turns()
  // If the database is unreachable, the tasks fail too and report it.
  const saveBudgets = () => recordBudgets(catalog.db, settings.endpoint, hubs).catch(() => undefined)
  const recordTimer = setInterval(() => void Promise.all([stages.releaseTasks([]), saveBudgets()]), RECORD_MS)
  const repeat = () => tasks.repeat(indexLane, indexTask({ finish: false }), INDEX_EVERY_MS).catch(() => undefined)
  const repeatTimer = setInterval(repeat, REPEAT_MS)

  const indexHandler: TaskHandler = async ({ task, signal }) => {
    if (dataOf('index', task).finish) await sync.finish()
    else await sync.drain(signal)
    // In the background: an embedder may be slow.
    embedding?.wake()
    signal.throwIfAborted()
    return undefined
  }
  const handlersByBudget = new Map(
    hubs.map(({ budget, hub }) => [
      budget,
      createHandlers({
        hub,
        options: crawlOptionsOf(settings),
        store: createPassStore(catalog.connection, catalog.owner),
        removals,
        collections: createCollectionStore(catalog.connection),
        stages,
        turns,
        endpoint: settings.endpoint,
        emit: (event, task) => emit('crawl', event, { budget, run: runOf(task) }),
        onWritten,
      }),
    ]),
  )

  const startRefreshes = (): RefreshWorker => {
    const refreshQueue = createRefreshQueue(catalog.db)
    const { includePrivate } = settings
    const entryParts = { queue: refreshQueue, store: removals, includePrivate, turns, onWritten }
    return new RefreshWorker({
      queue: refreshQueue,
      clients: hubs,
      concurrency: settings.concurrency,
      refresh: withDatabaseGuard((run: RefreshRun) => refreshEntry(run, entryParts), heartbeat),
      emit: (event, budget) => emit('refresh', event, { budget }),
    })
  }

  if (names.includes('index')) void repeat()
  const queued = QUEUED_TASK_NAMES.filter((name) => names.includes(name))
  const workers = queued.flatMap((name) =>
    ownLanes.ofName(name).map((lane): { name: QueuedTaskName; worker: LaneWorker } => {
      const handler = name === 'index' ? indexHandler : handlersByBudget.get(lane.budget ?? '')?.[name]
      if (handler === undefined) throw new Error(`No client has the token of the lane ${name} ${lane.budget}.`)
      const run = withDatabaseGuard(handler, heartbeat)
      const emitTask = (event: TaskEvent) =>
        emit('tasks', event, { budget: lane.budget, run: 'task' in event ? runOf(event.task) : undefined })
      const concurrency = name === 'index' ? 1 : settings.concurrency
      return { name, worker: tasks.work(lane, { concurrency, run, emit: emitTask }) }
    }),
  )
  const refreshes = names.includes('refresh') ? startRefreshes() : undefined
  return {
    wakeRefreshes: () => refreshes?.wake(),
    silentMs: () => Math.max(0, ...workers.map(({ worker }) => worker.silentMs())),
    indexed: () => sync.indexed,
    drain: async (graceMs) => {
      clearInterval(repeatTimer)
      await Promise.all([
        refreshes?.drain(graceMs),
        ...workers.map(({ name, worker }) => worker.drain(LONG_TASKS.has(name) ? 0 : graceMs)),
      ])
      indexing.stop()
      await embedding?.stop()
      clearInterval(recordTimer)
      await saveBudgets()
      await sync.release().catch(() => undefined)
    },
  }
}

/** These would outlast any shutdown timeout, and lose nothing when stopped. */
const LONG_TASKS: ReadonlySet<QueuedTaskName> = new Set(['pass', 'probe', 'index'])
