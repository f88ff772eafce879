import { readPass } from '../catalog/passes/passes.ts'
import { describeError } from '../catalog/postgres/errors.ts'
import { vacuum } from '../catalog/postgres/maintenance.ts'
import { knownBudgets } from '../catalog/processes/budgets.ts'
import { type RunEnd, walkedSince, wereWalkedSince } from '../catalog/processes/schedules.ts'
import { type PassKind, type PassScope, STAGES, type Stage } from '../catalog/schema.ts'
import { tasksWithin } from '../catalog/stages/stage-needs.ts'
import { createStageStore, type StageEnds } from '../catalog/stages/stage-store.ts'
import type { Settings } from '../config/settings.ts'
import type { Job } from '../crawl/schedule/job.ts'
import { dispatchStages } from '../crawl/tasks/dispatch-stages.ts'
import { indexTask, type PassEnd, passResultOf, passTask, probeTask } from '../crawl/tasks/task-data.ts'
import { type CatalogKind, REPO_KINDS } from '../hub/kinds.ts'
import { counted } from '../output/format.ts'
import type { Lane, Task, TaskData } from '../queue/tasks.ts'
import { labelOf } from '../telemetry/lines/pass-line.ts'
import { formatNumber } from '../util/format-number.ts'
import { cronOf, JOB_NAMES, type JobName } from './job-schedules.ts'
import { type TaskProducer, withRunId } from './lanes/task-producer.ts'
import type { OpenCatalog } from './open/catalog.ts'
import { weightsOf } from './open/crawl-settings.ts'

export interface JobParts {
  settings: Settings
  catalog: OpenCatalog
  queue: TaskProducer
}

/** How far ahead stage tasks are enqueued. Queued tasks get outdated, but each plan for more reads every repo. */
const AHEAD_SECS = 60

/** All jobs that are not off. A job enqueues its work as tasks, and waits for them. */
export function createJobs(parts: JobParts): Job[] {
  return JOB_NAMES.flatMap((name) => {
    const cronSchedule = cronOf(name, parts.settings)
    if (cronSchedule === undefined) return []
    const run: Job['run'] = (signal, { runId, dueAt }) =>
      JOBS[name]({ ...parts, queue: withRunId(parts.queue, runId) }).run(signal, dueAt)
    return [{ name, cronSchedule, ...JOBS[name](parts), run }]
  })
}

type JobWork = Pick<Job, 'wasDoneSince'> & { run(signal: AbortSignal, dueAt: Date): Promise<RunEnd> }

const JOBS: Readonly<Record<JobName, (parts: JobParts) => JobWork>> = {
  full: (parts) => ({
    run: async (signal, dueAt) => {
      const end = await walkWhole(parts, REPO_KINDS, dueAt, signal)
      // Only this job waits for the index, which is also optimized after a first crawl.
      await runTask(parts, indexTask({ finish: true }), signal)
      if (parts.catalog.connection.engine === 'embedded') await vacuum(parts.catalog.db)
      return end
    },
    wasDoneSince: wereWalked(parts, REPO_KINDS),
  }),
  recent: (parts) => ({
    run: async (signal) => sideBySide(await recentKinds(parts), signal, (kind) => walkRecently(parts, kind, signal)),
  }),
  collections: (parts) => ({
    run: (signal, dueAt) => walkWhole(parts, ['collection'], dueAt, signal),
    wasDoneSince: wereWalked(parts, ['collection']),
  }),
  tags: (parts) => ({
    run: (signal, dueAt) => walkWhole(parts, ['tags'], dueAt, signal),
    wasDoneSince: wereWalked(parts, ['tags']),
  }),
  stages: (parts) => ({ run: (signal) => deepen(parts, signal) }),
}

/** Collections only after their first full pass: a Hub may have none, and a user may not want them. */
async function recentKinds({ catalog, settings }: JobParts): Promise<CatalogKind[]> {
  const walked = await walkedSince(catalog.db, { kinds: ['collection'], endpoint: settings.endpoint }, new Date(0))
  return walked.length === 0 ? [...REPO_KINDS] : [...REPO_KINDS, 'collection']
}

function wereWalked({ catalog, settings }: JobParts, kinds: readonly PassKind[]): (since: Date) => Promise<boolean> {
  return (since) => wereWalkedSince(catalog.db, { kinds, endpoint: settings.endpoint }, since)
}

async function runTask({ queue: { tasks, lanes } }: JobParts, task: Task, signal: AbortSignal): Promise<TaskData | undefined> {
  return await tasks.run(lanes.of(task.name, task.key), task, signal)
}

/** Runs full passes, each with its sweep. Parts that were completed since `dueAt` are skipped. */
async function walkWhole(parts: JobParts, kinds: readonly PassKind[], dueAt: Date, signal: AbortSignal): Promise<RunEnd> {
  const { endpoint } = parts.settings
  const walked = new Map((await walkedSince(parts.catalog.db, { kinds, endpoint }, dueAt)).map((pass) => [pass.kind, pass]))
  return await sideBySide(kinds, signal, async (kind) => {
    const pass = walked.get(kind)
    if (pass?.isSwept === true) return []
    if (pass === undefined || kind === 'tags') return await walkFully(parts, kind, signal)
    return await sweep(parts, kind, pass.passId, signal)
  })
}

/** Runs the passes concurrently. If one fails, the others continue. */
async function sideBySide<Kind extends PassKind>(
  kinds: readonly Kind[],
  signal: AbortSignal,
  walk: (kind: Kind) => Promise<PassEnd[]>,
): Promise<RunEnd> {
  const ends = await Promise.allSettled(kinds.map(walk))
  signal.throwIfAborted()
  const outcomes = ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []))
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [describeError(end.reason)] : []))
  return {
    state: failures.length > 0 ? 'failed' : stateOf(outcomes),
    // An unreachable queue or database fails all passes with the same message.
    note: [...outcomes.map(outcomeText), ...new Set(failures)].join('; ') || null,
  }
}

async function walkRecently(parts: JobParts, kind: PassKind, signal: AbortSignal): Promise<PassEnd[]> {
  return (await runPass(parts, { kind, scope: 'recent' }, signal)).outcomes
}

async function walkFully(parts: JobParts, kind: PassKind, signal: AbortSignal): Promise<PassEnd[]> {
  const { outcomes, passId } = await runPass(parts, { kind, scope: 'full' }, signal)
  if (outcomes[0]?.state !== 'complete' || passId === null) return outcomes
  return kind === 'tags' ? outcomes : await sweep(parts, kind, passId, signal)
}

async function runPass(
  parts: JobParts,
  listing: { kind: PassKind; scope: PassScope },
  signal: AbortSignal,
): Promise<{ outcomes: PassEnd[]; passId: string | null }> {
  const task = passTask(listing)
  return passResultOf(task, await runTask(parts, task, signal))
}

/** Asks the Hub for the repos that a complete pass has missed. */
async function sweep(parts: JobParts, kind: CatalogKind, passId: string, signal: AbortSignal): Promise<PassEnd[]> {
  await runTask(parts, probeTask({ kind, passId }), signal)
  return [{ ...(await readPass(parts.catalog.db, passId)), state: 'complete' }]
}

/** Does nothing before the first full passes are complete: until then the most wanted repos are not known. */
async function deepen({ settings, catalog, queue }: JobParts, signal: AbortSignal): Promise<RunEnd> {
  const { db, connection, owner } = catalog
  const { endpoint } = settings
  const walked = await walkedSince(db, { kinds: REPO_KINDS, endpoint }, new Date(0))
  if (walked.length < REPO_KINDS.length) return { state: 'done', note: null }
  const store = createStageStore(connection, owner, weightsOf(settings))
  const startedAt = new Date()
  const capacities = async (stage: Stage) => {
    const byToken = Map.groupBy(await knownBudgets(db, endpoint), ({ budget }) => budget)
    return ({ budget = '' }: Lane) => tasksWithin(AHEAD_SECS, stage, byToken.get(budget) ?? [])
  }
  const enqueued = await dispatchStages({ ...queue, store, capacities, signal })
  const texts = STAGES.map(async (stage) =>
    enqueued[stage] === 0 ? [] : stageText(stage, await store.endedSince(stage, startedAt)),
  )
  return { state: 'done', note: (await Promise.all(texts)).flat().join('; ') || null }
}

function stageText(stage: Stage, { done, absent, failed }: StageEnds): string {
  return [
    `${stage} ${formatNumber(done)} fetched`,
    ...(absent > 0 ? [counted(absent, 'has none', 'have none')] : []),
    ...(failed > 0 ? [`${formatNumber(failed)} failed`] : []),
  ].join(', ')
}

/** `interrupted` makes the job run again soon, such as when another process has a pass or a pass waits for budget. */
function stateOf(outcomes: readonly PassEnd[]): RunEnd['state'] {
  const states = outcomes.map((outcome) => outcome.state)
  if (states.includes('failed')) return 'failed'
  return states.every((state) => state === 'complete') ? 'done' : 'interrupted'
}

function outcomeText(outcome: PassEnd): string {
  const { kind, state, repos, inserted, updated, removed, requests, note } = outcome
  const counts = [
    kind === 'tags' ? `${labelOf(kind)}` : `${labelOf(kind)} ${formatNumber(repos)} seen`,
    `${formatNumber(inserted)} new`,
    `${formatNumber(updated)} changed`,
    ...(removed > 0 ? [`${formatNumber(removed)} gone`] : []),
    counted(requests, 'request'),
  ].join(', ')
  return [counts, ...(state === 'complete' ? [] : [state]), ...(note === null ? [] : [note.text])].join(': ')
}
