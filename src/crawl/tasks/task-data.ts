import { z } from 'zod'
import { PASS_KINDS, type PassKind, type PassScope, type Stage } from '../../catalog/schema.ts'
import { CATALOG_KINDS, type CatalogKind } from '../../hub/kinds.ts'
import { type Task, type TaskData, UnsupportedTask } from '../../queue/tasks.ts'

/** Walks one list. The key is its name, so there is one task per list at a time. */
export function passTask(listing: { kind: PassKind; scope: PassScope }): Task {
  return { name: 'pass', key: `${listing.scope} ${listing.kind}`, data: listing }
}

/** Probes the repos that a complete full pass has missed. */
export function probeTask(data: { kind: CatalogKind; passId: string }): Task {
  return { name: 'probe', key: data.kind, data }
}

/**
 * Fetches one stage for one repo.
 *
 * @param score as `stageScore` returns it
 */
export function stageTask(stage: Stage, hubId: string, score: number): Task {
  return { name: stage, key: hubId, data: { hubId }, priority: priorityOf(score) }
}

const LAST_PRIORITY = 2_000_000

/** A score is a logarithm, 20 for a million downloads. At twice that, a difference of a thousandth still counts. */
const SCORE_SCALE = 8

/** By the score and not by the rank, so that new tasks compare with those that were enqueued earlier. */
function priorityOf(score: number): number {
  return Math.max(1, Math.round(LAST_PRIORITY / (1 + Math.exp(score / SCORE_SCALE))))
}

/** Applies the outbox to the search index. With `finish`, also optimizes the index after many writes. */
export function indexTask(data: { finish: boolean }): Task {
  return { name: 'index', key: data.finish ? 'finish' : 'drain', data }
}

const kind = z.enum(CATALOG_KINDS)
const passKind = z.enum(PASS_KINDS)
const scope = z.enum(['full', 'recent'])
const count = z.number()
/** Workers of newer versions may have more codes. */
const note = z.object({ code: z.string(), text: z.string() }).nullable()

const schemas = {
  pass: z.object({ kind: passKind, scope }),
  probe: z.object({ kind, passId: z.string() }),
  details: z.object({ hubId: z.string() }),
  parquet: z.object({ hubId: z.string() }),
  card: z.object({ hubId: z.string() }),
  index: z.object({ finish: z.boolean() }),
}

/**
 * The data of a task from the queue.
 *
 * @throws UnsupportedTask if it has another form, for example because another version enqueued it
 */
export function dataOf<Name extends keyof typeof schemas>(name: Name, task: Task): z.infer<(typeof schemas)[Name]> {
  const read = schemas[name].safeParse(task.data)
  if (read.success) return read.data as z.infer<(typeof schemas)[Name]>
  throw new UnsupportedTask(`The queue holds a task ${name} ${task.key} with data that this version does not support.`)
}

const passEnd = z.object({
  kind: passKind,
  state: z.enum(['complete', 'interrupted', 'failed', 'leased']),
  note,
  ...{ repos: count, inserted: count, updated: count, removed: count, requests: count },
})

export type PassEnd = z.infer<typeof passEnd>

/** Without an id if another process walks the pass. */
const passResult = z.object({ outcomes: z.array(passEnd), passId: z.string().nullable() })

/**
 * The result of a pass.
 *
 * @throws Error if it has another form, for example because a worker of another version returned it
 */
export function passResultOf(task: Task, result: TaskData | undefined): z.infer<typeof passResult> {
  const read = passResult.safeParse(result)
  if (read.success) return read.data
  throw new Error(
    `The worker that did the task ${task.name} ${task.key} returned a result that this version does not support. ` +
      'It is probably of another version: upgrade all processes to the same one.',
  )
}
