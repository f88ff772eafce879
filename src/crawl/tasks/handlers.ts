import type { PassKind, PassScope } from '../../catalog/schema.ts'
import { DEATHS_AT_ONCE, PROCESS_DIED } from '../../catalog/stages/failure-cause.ts'
import { QuotaExhausted } from '../../hub/errors.ts'
import { LanePaused, type TaskHandler } from '../../queue/tasks.ts'
import { type CrawlOptions, crawl, proveGone } from '../crawl.ts'
import { refreshRepo } from '../refresh/refresh.ts'
import type { HandlerParts } from './handler-parts.ts'
import { stageHandler } from './stage-handler.ts'
import { dataOf } from './task-data.ts'

/** How to do each task that asks the Hub. All are safe to do again, and by two at once: the catalog decides. */
export function createHandlers(parts: HandlerParts): Readonly<Record<HubTaskName, TaskHandler>> {
  return {
    pass: passHandler(parts),
    probe: probeHandler(parts),
    refresh: unlessSpent(refreshHandler(parts)),
    details: unlessSpent(stageHandler('details', parts)),
    parquet: unlessSpent(stageHandler('parquet', parts)),
    card: unlessSpent(stageHandler('card', parts)),
  }
}

/** Puts a task back that would have to wait for the budget: when the process ends at once, else until there is some again. */
function unlessSpent(handler: TaskHandler): TaskHandler {
  return async (run) => {
    try {
      return await handler(run)
    } catch (error) {
      if (!(error instanceof QuotaExhausted)) throw error
      throw run.draining.aborted ? run.draining.reason : new LanePaused(error.untilMs, 'The request budget is spent.')
    }
  }
}

type HubTaskName = 'pass' | 'probe' | 'refresh' | 'details' | 'parquet' | 'card'

/** How a pass stands after it, for whoever waits: a PassOutcome, with the pass where there is one. */
function passHandler(parts: HandlerParts): TaskHandler {
  return async ({ task, signal }) => {
    const { kind, scope } = dataOf('pass', task)
    let passId: string | undefined
    const outcomes = await crawl(crawlOptions(parts, { kind, scope }), {
      ...parts,
      signal,
      emit: (event) => {
        if (event.type === 'pass-ended') passId = event.passId
        parts.emit(event, task)
        if (event.type !== 'pass-started') parts.onWritten()
      },
    })
    // Laid down at the last page: whoever takes it up again goes on from there.
    signal.throwIfAborted()
    return { outcomes, passId: passId ?? null }
  }
}

function crawlOptions(
  { hub, options }: HandlerParts,
  { kind, scope }: { kind: PassKind; scope: PassScope },
): CrawlOptions {
  return { ...options, hub, kinds: [kind], scope, provesGone: false }
}

function probeHandler({ hub, options, removals, onWritten }: HandlerParts): TaskHandler {
  return async ({ task, signal }) => {
    const { kind, passId } = dataOf('probe', task)
    const counts = await proveGone(kind, passId, { ...options, hub }, removals, signal)
    onWritten()
    return { ...counts }
  }
}

/**
 * No clear answer is an answer: the line of repos to refresh knows how often it was tried, and when to again. That a try
 * begins is kept before; what has ended the processes of several tries is left alone.
 */
function refreshHandler({ hub, options, removals, refreshes, turns, onWritten }: HandlerParts): TaskHandler {
  return async ({ task, signal, draining }) => {
    const name = dataOf('refresh', task)
    const { includePrivate } = options
    const deaths = await refreshes.deaths(name)
    if (deaths > DEATHS_AT_ONCE) return { outcome: 'unknown', failure: PROCESS_DIED }
    const first = hub.withPriority('refresh', { waitLimit: { longestMs: Number.POSITIVE_INFINITY, signal: draining } })
    const outcome = await turns.take(deaths > 0, async () => {
      signal.throwIfAborted()
      await refreshes.begin(name)
      try {
        return await refreshRepo(name, { hub: first, store: removals, includePrivate, signal })
      } finally {
        await refreshes.end(name)
      }
    })
    if (outcome.outcome !== 'unknown') onWritten()
    return { ...outcome }
  }
}
