import { knownBudgets } from '../catalog/budgets.ts'
import { reasonOf } from '../catalog/database-advice.ts'
import { createHolder } from '../catalog/holder.ts'
import { vacuum } from '../catalog/maintenance.ts'
import type { SweepCounts } from '../catalog/removal-store.ts'
import { type RunEnd, wereWalkedSince } from '../catalog/schedules.ts'
import { type PassKind, type PassScope, STAGES, type Stage } from '../catalog/schema.ts'
import { tasksWithin } from '../catalog/stage-needs.ts'
import { createStageStore, type StageEnds } from '../catalog/stages/stage-store.ts'
import type { Settings } from '../config/settings.ts'
import type { PassOutcome } from '../crawl/crawl-events.ts'
import type { Job } from '../crawl/schedule/job.ts'
import { dispatchStages } from '../crawl/tasks/dispatch-stages.ts'
import { indexTask, passTask, probeTask } from '../crawl/tasks/task-data.ts'
import { REPO_KINDS } from '../hub/kinds.ts'
import type { Task, TaskData } from '../queue/tasks.ts'
import { cadenceOf, JOB_NAMES, type JobName } from './cadences.ts'
import type { OpenCatalog } from './catalog.ts'
import { type HandOut, inRun } from './hand-out.ts'
import { counted, formatNumber } from './output/format.ts'
import { labelOf } from './progress/pass-line.ts'
import { weightsOf } from './stage-run.ts'

export interface JobParts {
  settings: Settings
  catalog: OpenCatalog
  queue: HandOut
}

/** How far ahead tasks of stages are handed out. What waits ages, and to look for more costs a look at every repo. */
const AHEAD_SECS = 60

/** Every job that is not off. A job hands its work out as tasks, and waits for them. */
export function createJobs(parts: JobParts): Job[] {
  return JOB_NAMES.flatMap((name) => {
    const cadence = cadenceOf(name, parts.settings)
    if (cadence === undefined) return []
    const run: Job['run'] = (signal, runId) => work[name]({ ...parts, queue: inRun(parts.queue, runId) }).run(signal)
    return [{ name, cadence, ...work[name](parts), run }]
  })
}

type Work = Pick<Job, 'wasDoneSince'> & { run(signal: AbortSignal): Promise<RunEnd> }

const work: Readonly<Record<JobName, (parts: JobParts) => Work>> = {
  full: (parts) => ({
    run: async (signal) => {
      const end = await walk(parts, REPO_KINDS, 'full', signal)
      // Others leave the index to itself; after a first crawl it is also put in order.
      await runTask(parts, indexTask({ finish: true }), signal)
      if (parts.catalog.connection.engine === 'embedded') await vacuum(parts.catalog.db)
      return end
    },
    wasDoneSince: wereWalked(parts, REPO_KINDS),
  }),
  recent: (parts) => ({ run: (signal) => walk(parts, REPO_KINDS, 'recent', signal) }),
  tags: (parts) => ({
    run: (signal) => walk(parts, ['tags'], 'full', signal),
    wasDoneSince: wereWalked(parts, ['tags']),
  }),
  stages: (parts) => ({ run: (signal) => deepen(parts, signal) }),
}

function wereWalked({ catalog, settings }: JobParts, kinds: readonly PassKind[]): (since: Date) => Promise<boolean> {
  return (since) => wereWalkedSince(catalog.db, { kinds, endpoint: settings.endpoint }, since)
}

async function runTask({ queue: { tasks, lanes } }: JobParts, task: Task, signal: AbortSignal): Promise<TaskData> {
  return (await tasks.run(lanes.of(task.name, task.key), task, signal)) ?? {}
}

/** The passes side by side. Where one fails, the others go on. */
async function walk(
  parts: JobParts,
  kinds: readonly PassKind[],
  scope: PassScope,
  signal: AbortSignal,
): Promise<RunEnd> {
  const ends = await Promise.allSettled(kinds.map((kind) => walkOne(parts, kind, scope, signal)))
  signal.throwIfAborted()
  const outcomes = ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []))
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [reasonOf(end.reason)] : []))
  return {
    state: failures.length > 0 ? 'failed' : stateOf(outcomes),
    // A queue or a database that is away fails them all alike.
    note: [...outcomes.map(outcomeText), ...new Set(failures)].join('; '),
  }
}

async function walkOne(parts: JobParts, kind: PassKind, scope: PassScope, signal: AbortSignal): Promise<PassOutcome[]> {
  const { outcomes, passId } = (await runTask(parts, passTask({ kind, scope }), signal)) as unknown as {
    outcomes: PassOutcome[]
    passId: string | null
  }
  const [outcome] = outcomes
  if (kind === 'tags' || scope !== 'full' || outcome?.state !== 'complete' || passId === null) return outcomes
  const gone = (await runTask(parts, probeTask({ kind, passId }), signal)) as unknown as SweepCounts
  return [
    {
      ...outcome,
      removed: outcome.removed + gone.removed,
      requests: outcome.requests + gone.requests,
      note: outcome.note ?? gone.note,
    },
  ]
}

/** Before the first full passes are through, the most wanted repos are not known: nothing is spent on others. */
async function deepen({ settings, catalog, queue }: JobParts, signal: AbortSignal): Promise<RunEnd> {
  const { db, connection } = catalog
  const { endpoint } = settings
  const isFilled = await wereWalkedSince(db, { kinds: REPO_KINDS, endpoint }, LONG_AGO)
  if (!isFilled) return { state: 'done', note: null }
  const store = createStageStore(connection, createHolder(), weightsOf(settings))
  const startedAt = new Date()
  const capacity = async (stage: Stage) => tasksWithin(AHEAD_SECS, stage, await knownBudgets(db, endpoint))
  const handedOut = await dispatchStages({ ...queue, store, capacity, signal })
  const texts = STAGES.map(async (stage) =>
    handedOut[stage] === 0 ? [] : stageText(stage, await store.endedSince(stage, startedAt)),
  )
  return { state: 'done', note: (await Promise.all(texts)).flat().join('; ') || null }
}

const LONG_AGO = new Date(0)

function stageText(stage: Stage, { done, absent, failed }: StageEnds): string {
  return [
    `${stage} ${formatNumber(done)} fetched`,
    ...(absent > 0 ? [counted(absent, 'has none', 'have none')] : []),
    ...(failed > 0 ? [`${formatNumber(failed)} failed`] : []),
  ].join(', ')
}

/** A pass that another process walks, or that waits for budget, is looked at again soon. */
function stateOf(outcomes: readonly PassOutcome[]): RunEnd['state'] {
  const states = outcomes.map((outcome) => outcome.state)
  if (states.includes('failed')) return 'failed'
  return states.every((state) => state === 'complete') ? 'done' : 'interrupted'
}

function outcomeText(outcome: PassOutcome): string {
  const { kind, state, repos, inserted, updated, removed, requests, note } = outcome
  const counts = [
    kind === 'tags' ? `${labelOf(kind)}` : `${labelOf(kind)} ${formatNumber(repos)} seen`,
    `${formatNumber(inserted)} new`,
    `${formatNumber(updated)} changed`,
    ...(removed > 0 ? [`${formatNumber(removed)} gone`] : []),
    counted(requests, 'request'),
  ].join(', ')
  return [counts, ...(state === 'complete' ? [] : [state]), ...(note === null ? [] : [note])].join(': ')
}
