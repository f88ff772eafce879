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
import {
  type LaneWorker,
  QUEUED_TASK_NAMES,
  type QueuedTaskName,
  type TaskEvent,
  type TaskHandler,
} from '../queue/tasks.ts'
import { SearchSync } from '../search/indexing/sync.ts'
import type { Emit } from '../telemetry/events.ts'
import { withDatabaseGuard } from './database-guard.ts'
import { keepBudgets } from './keep-budgets.ts'
import { runOf } from './lanes/task-producer.ts'
import type { OpenCatalog } from './open/catalog.ts'
import { crawlOptionsOf, weightsOf } from './open/crawl-settings.ts'
import type { BudgetedHub } from './open/hub.ts'
import type { OpenQueue } from './open/queue.ts'
import type { ServiceHeartbeat } from './service-heartbeat.ts'

/** How often to leave the budgets, by which other processes plan, and to give back what could not be given back before. */
const LEAVE_MS = 10_000
/** How often to make sure that the queue knows of what is repeated. */
const REPEAT_POLL_MS = 30_000
/** How long to let entries for the search index gather: a batch has a fixed cost. */
const GATHER_MS = 500
/** How often to look whether somebody has left something to index. */
const INDEX_EVERY_MS = 2_000

export interface WorkerParts {
  settings: Settings
  catalog: OpenCatalog
  hubs: readonly BudgetedHub[]
  queue: OpenQueue
  emit: Emit
  heartbeat: Pick<ServiceHeartbeat, 'beat' | 'report'>
}

/** A process at work on tasks. */
export interface RunningWorker {
  /** Milliseconds for which the line that was out of touch with the queue for longest has been so. */
  silentMs(): number
  /** Repos were added to the refresh queue. */
  wakeRefreshes(): void
  /** Entries brought into the search index so far. */
  indexed(): number
  /**
   * Takes nothing new. What is short may end, for `graceMs` at most; a pass is laid down at its next page. What is laid down
   * goes back in line.
   */
  drain(graceMs: number): Promise<void>
}

/** Works on tasks of these names, in the lines of every token. */
export async function startWorker(names: readonly TaskName[], parts: WorkerParts): Promise<RunningWorker> {
  const { settings, catalog, hubs, queue, emit, heartbeat } = parts
  const { tasks, lanes } = queue
  const sync = new SearchSync(catalog.db, catalog.search, {
    owner: catalog.owner,
    batchSize: settings.indexBatchSize,
  })
  const indexLane = lanes.of('index', '')
  const ownLanes = createLanes(hubs.map(({ budget }) => budget))
  const waker = new TrailingThrottle(() => tasks.add(indexLane, [indexTask({ finish: false })]), GATHER_MS)
  const stages = createStageStore(catalog.connection, catalog.owner, weightsOf(settings))
  const removals = createRemovalStore(catalog.connection)
  const turns = new Turns()
  // A database that is unreachable fails the tasks too, and there it is reported.
  const leaveBudgets = () => keepBudgets(catalog.db, settings.endpoint, hubs).catch(() => undefined)
  const leaving = setInterval(() => void Promise.all([stages.giveBack([]), leaveBudgets()]), LEAVE_MS)
  // The schedule of it is the queue's; who has it repeated says so now and then, for a queue that was wiped.
  const repeat = () => tasks.repeat(indexLane, indexTask({ finish: false }), INDEX_EVERY_MS).catch(() => undefined)
  const repeatPoll = setInterval(repeat, REPEAT_POLL_MS)

  const indexHandler: TaskHandler = async ({ task, signal }) => {
    if (dataOf('index', task).finish) await sync.finish()
    else await sync.drain(signal)
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
        stages,
        turns,
        endpoint: settings.endpoint,
        emit: (event, task) => emit('crawl', event, { budget, run: runOf(task) }),
        onWritten: () => waker.wake(),
      }),
    ]),
  )

  const startRefreshes = (): RefreshWorker => {
    const refreshQueue = createRefreshQueue(catalog.db)
    const { includePrivate } = settings
    const entryParts = { queue: refreshQueue, store: removals, includePrivate, turns, onWritten: () => waker.wake() }
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
      clearInterval(repeatPoll)
      await Promise.all([
        refreshes?.drain(graceMs),
        ...workers.map(({ name, worker }) => worker.drain(LONG_TASKS.has(name) ? 0 : graceMs)),
      ])
      waker.stop()
      clearInterval(leaving)
      await leaveBudgets()
      await sync.release().catch(() => undefined)
    },
  }
}

/** They would outlast any grace, and lose nothing when they are laid down. */
const LONG_TASKS: ReadonlySet<QueuedTaskName> = new Set(['pass', 'probe', 'index'])
