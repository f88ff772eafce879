import type { PassKind, PassScope } from '../../catalog/schema.ts'
import { QuotaExhausted } from '../../hub/errors.ts'
import { LanePaused, type QueuedTaskName, type TaskHandler } from '../../queue/tasks.ts'
import { type CrawlOptions, confirmRemovals, crawl } from '../crawl.ts'
import type { HandlerParts } from './handler-parts.ts'
import { stageHandler } from './stage-handler.ts'
import { dataOf } from './task-data.ts'

/** The handlers of tasks that use the Hub. Each is safe to repeat and to run twice at once, because the catalog decides. */
export function createHandlers(parts: HandlerParts): Readonly<Record<HubTaskName, TaskHandler>> {
  return {
    pass: passHandler(parts),
    probe: probeHandler(parts),
    details: pauseWhenExhausted(stageHandler('details', parts)),
    parquet: pauseWhenExhausted(stageHandler('parquet', parts)),
    card: pauseWhenExhausted(stageHandler('card', parts)),
  }
}

/** Releases a task that would have to wait for the budget: at once if the process ends, or else by pausing the lane. */
function pauseWhenExhausted(handler: TaskHandler): TaskHandler {
  return async (run) => {
    try {
      return await handler(run)
    } catch (error) {
      if (!(error instanceof QuotaExhausted)) throw error
      throw run.draining.aborted ? run.draining.reason : new LanePaused(error.untilMs, 'The request budget is exhausted.')
    }
  }
}

type HubTaskName = Exclude<QueuedTaskName, 'index'>

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
    // An aborted task is not done: the next worker resumes the pass at its last page.
    signal.throwIfAborted()
    return { outcomes, passId: passId ?? null }
  }
}

function crawlOptions({ hub, options }: HandlerParts, { kind, scope }: { kind: PassKind; scope: PassScope }): CrawlOptions {
  return { ...options, hub, kinds: [kind], scope, confirmsRemovals: false }
}

function probeHandler({ hub, options, removals, onWritten }: HandlerParts): TaskHandler {
  return async ({ task, signal }) => {
    const { kind, passId } = dataOf('probe', task)
    const counts = await confirmRemovals(kind, passId, { ...options, hub }, removals, signal)
    onWritten()
    return { ...counts }
  }
}
