import { createHolder } from '../catalog/holder.ts'
import { createRefreshQueue, type RefreshQueue } from '../catalog/refresh-queue.ts'
import { createRemovalStore } from '../catalog/removal-store.ts'
import { createScheduleStore } from '../catalog/schedules.ts'
import { refreshRepo } from '../crawl/refresh.ts'
import type { ScheduleEvent } from '../crawl/schedule/job.ts'
import { type RefreshEvent, RefreshWorker } from '../crawl/schedule/refresh-worker.ts'
import { startSchedule } from '../crawl/schedule/schedule.ts'
import { wallClock } from '../crawl/schedule/wall-clock.ts'
import { systemClock } from '../hub/clock.ts'
import { SearchSync } from '../search/sync.ts'
import type { OpenCatalog } from './catalog.ts'
import type { CommandContext } from './command.ts'
import { openHub } from './hub.ts'
import { createJobs } from './jobs.ts'
import { keepBudgets } from './keep-budgets.ts'
import { toJson } from './output/json.ts'
import { hubEventLine } from './progress/hub-event-line.ts'
import { operationLine } from './progress/operation-line.ts'

/** How often to look whether other processes have left something to index. */
const SEARCH_POLL_MS = 5_000
/** How often to leave word of the budgets for `hubdex status`. */
const BUDGET_POLL_MS = 30_000

/** What keeps a catalogue fresh, at work in this process. */
export interface Operations {
  queue: RefreshQueue
  /** Says that repos were put in line. */
  wakeRefresh(): void
  /** Milliseconds since the schedule gave a sign of life. */
  scheduleSilentMs(): number
  /** Ends all work at the next safe point, and resolves when it is laid down tidily. */
  stop(): Promise<void>
}

/** Starts the schedule and the refreshing of repos in line, over one client of the Hub. */
export function startOperations(context: CommandContext, catalog: OpenCatalog): Operations {
  const { settings } = context
  const stopped = new AbortController()
  const signal = AbortSignal.any([context.signal, stopped.signal])
  const say = (text: string) => context.log(`${new Date().toISOString().slice(0, 19)}Z ${text}`)
  const tell = (event: ScheduleEvent | RefreshEvent) => {
    if (context.json) context.print(toJson(event))
    const line = operationLine(event)
    if (line !== undefined) say(line)
  }
  const hub = openHub(settings, {
    onEvent: (event) => {
      const line = hubEventLine(event, Date.now())
      if (line !== undefined) say(line)
    },
  })
  const sync = new SearchSync(catalog.db, catalog.search, { batchSize: settings.searchBatch })
  const searchPoll = setInterval(() => sync.wake(), SEARCH_POLL_MS)
  // A catalogue that cannot be written to makes itself heard by the work; these are but figures.
  const leaveBudgets = () => keepBudgets(catalog.db, settings.endpoint, hub).catch(() => undefined)
  const budgetPoll = setInterval(leaveBudgets, BUDGET_POLL_MS)
  const schedule = startSchedule({
    jobs: createJobs({ context, catalog, hub, sync }),
    store: createScheduleStore(catalog.db, createHolder()),
    clock: wallClock,
    jitterMs: settings.scheduleJitterSecs * 1000,
    signal,
    emit: tell,
  })
  const queue = createRefreshQueue(catalog.db)
  const first = hub.withPriority('refresh')
  const store = createRemovalStore(catalog.connection)
  const worker = new RefreshWorker({
    queue,
    clock: systemClock,
    signal,
    emit: tell,
    refresh: async (entry, refreshSignal) => {
      const { includePrivate } = settings
      const answer = await refreshRepo(entry, { hub: first, store, includePrivate, signal: refreshSignal })
      if (answer.outcome === 'unknown') throw new Error(answer.reason)
      sync.wake()
      return answer.outcome
    },
  })
  return {
    queue,
    wakeRefresh: () => worker.wake(),
    scheduleSilentMs: () => schedule.silentMs(),
    stop: async () => {
      stopped.abort(new Error('The process ends.'))
      await Promise.all([schedule.ended, worker.ended])
      clearInterval(searchPoll)
      clearInterval(budgetPoll)
      await leaveBudgets()
      await sync.finish()
      await hub.close()
    },
  }
}
