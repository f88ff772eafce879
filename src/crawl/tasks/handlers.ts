import type { PassKind, PassScope } from '../../catalog/schema.ts'
import { QuotaExhausted } from '../../hub/errors.ts'
import { LanePaused, type QueuedTaskName, type TaskHandler } from '../../queue/tasks.ts'
import { type CrawlOptions, crawl, proveGone } from '../crawl.ts'
import type { HandlerParts } from './handler-parts.ts'
import { stageHandler } from './stage-handler.ts'
import { dataOf } from './task-data.ts'

/** How to do each task that asks the Hub. All are safe to do again, and by two at once: the catalog decides. */
export function createHandlers(parts: HandlerParts): Readonly<Record<HubTaskName, TaskHandler>> {
  return {
    pass: passHandler(parts),
    probe: probeHandler(parts),
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

type HubTaskName = Exclude<QueuedTaskName, 'index'>

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
