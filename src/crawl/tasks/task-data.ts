import { z } from 'zod'
import { PASS_KINDS, type PassKind, type PassScope, type Stage } from '../../catalog/schema.ts'
import { REPO_KINDS, type RepoKind } from '../../hub/kinds.ts'
import { type Task, type TaskData, UnsupportedTask } from '../../queue/tasks.ts'

/** Walks one listing. Of each there is one at a time, so the key is its name. */
export function passTask(listing: { kind: PassKind; scope: PassScope }): Task {
  return { name: 'pass', key: `${listing.scope} ${listing.kind}`, data: listing }
}

/** Asks for what a complete full pass has missed. */
export function probeTask(data: { kind: RepoKind; passId: string }): Task {
  return { name: 'probe', key: data.kind, data }
}

/**
 * Does one stage for one repo.
 *
 * @param score how wanted it is, as `stageScore` says
 */
export function stageTask(stage: Stage, hubId: string, score: number): Task {
  return { name: stage, key: hubId, data: { hubId }, priority: priorityOf(score) }
}

const LAST_PRIORITY = 2_000_000

/** A score is a logarithm, of 20 for a million downloads: at twice that a thousandth still makes a difference. */
const SCORE_SCALE = 8

/** By the score, not by the rank, so that what is handed out now is compared with what has waited since the last time. */
function priorityOf(score: number): number {
  return Math.max(1, Math.round(LAST_PRIORITY / (1 + Math.exp(score / SCORE_SCALE))))
}

/** Brings the search index up to the catalog; with `finish`, also puts it in order after much was written. */
export function indexTask(data: { finish: boolean }): Task {
  return { name: 'index', key: data.finish ? 'finish' : 'drain', data }
}

const kind = z.enum(REPO_KINDS)
const passKind = z.enum(PASS_KINDS)
const scope = z.enum(['full', 'recent'])
const count = z.number()
/** A worker of a newer version may have more codes. */
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
 * What a task was given, as it came out of the queue.
 *
 * @throws UnsupportedTask for anything else, such as what another version of the program has put there
 */
export function dataOf<Name extends keyof typeof schemas>(name: Name, task: Task): z.infer<(typeof schemas)[Name]> {
  const read = schemas[name].safeParse(task.data)
  if (read.success) return read.data as z.infer<(typeof schemas)[Name]>
  throw new UnsupportedTask(`The queue holds a task ${name} ${task.key} with data that this version does not know.`)
}

const passEnd = z.object({
  kind: passKind,
  state: z.enum(['complete', 'interrupted', 'failed', 'leased']),
  note,
  ...{ repos: count, inserted: count, updated: count, removed: count, requests: count },
})

/** How a pass ended, as far as the process that waits for it needs to know. */
export type PassEnd = z.infer<typeof passEnd>

/** Without an id where another process walks the pass. */
const passResult = z.object({ outcomes: z.array(passEnd), passId: z.string().nullable() })

/**
 * What a pass has returned, which may come from a worker of another version.
 *
 * @throws Error for a result that this version does not know
 */
export function passResultOf(task: Task, result: TaskData | undefined): z.infer<typeof passResult> {
  const read = passResult.safeParse(result)
  if (read.success) return read.data
  throw new Error(
    `The worker that did the task ${task.name} ${task.key} returned a result that this version does not know. It is ` +
      'probably of another version: upgrade all processes to the same one.',
  )
}
