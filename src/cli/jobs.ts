import { vacuum } from '../catalog/maintenance.ts'
import { type RunEnd, wereWalkedSince } from '../catalog/schedules.ts'
import { type PassKind, STAGES, type Stage } from '../catalog/schema.ts'
import type { PassOutcome } from '../crawl/crawl-events.ts'
import type { Job } from '../crawl/schedule/job.ts'
import type { StageOutcome } from '../crawl/stages/stage-events.ts'
import type { HubClient } from '../hub/client.ts'
import { REPO_KINDS } from '../hub/kinds.ts'
import type { SearchSync } from '../search/sync.ts'
import { cadenceOf, JOB_NAMES, type JobName } from './cadences.ts'
import type { OpenCatalog } from './catalog.ts'
import type { CommandContext } from './command.ts'
import { type CrawlRun, crawlWith } from './crawl-run.ts'
import { formatNumber } from './output/format.ts'
import { labelOf } from './progress/pass-line.ts'
import { stagesWith } from './stage-run.ts'

export interface JobParts {
  context: Pick<CommandContext, 'settings'>
  catalog: OpenCatalog
  hub: HubClient
  sync: SearchSync
}

/** Every job that is not off. They share one client, and with it one budget. */
export function createJobs(parts: JobParts): Job[] {
  const { settings } = parts.context
  return JOB_NAMES.flatMap((name) => {
    const cadence = cadenceOf(name, settings)
    return cadence === undefined ? [] : [{ name, cadence, ...work[name](parts) }]
  })
}

type Work = Pick<Job, 'run' | 'wasDoneSince'>

const work: Readonly<Record<JobName, (parts: JobParts) => Work>> = {
  full: (parts) => ({
    run: async (signal) => {
      const end = await walk(parts, { kinds: REPO_KINDS }, signal)
      // Others leave the index to the background; after a first crawl it is also put in order.
      await parts.sync.finish()
      if (parts.catalog.connection.engine === 'embedded') await vacuum(parts.catalog.db)
      return end
    },
    wasDoneSince: wereWalked(parts, REPO_KINDS),
  }),
  recent: (parts) => ({ run: (signal) => walk(parts, { kinds: REPO_KINDS, scope: 'recent' }, signal) }),
  tags: (parts) => ({
    run: (signal) => walk(parts, { kinds: ['tags'] }, signal),
    wasDoneSince: wereWalked(parts, ['tags']),
  }),
  stages: (parts) => ({ run: (signal) => deepen(parts, signal) }),
}

function wereWalked({ catalog, context }: JobParts, kinds: readonly PassKind[]): (since: Date) => Promise<boolean> {
  return (since) => wereWalkedSince(catalog.db, { kinds, endpoint: context.settings.endpoint }, since)
}

async function walk({ context, catalog, hub, sync }: JobParts, run: CrawlRun, signal: AbortSignal): Promise<RunEnd> {
  const parts = { hub, sync, emit: () => undefined }
  const outcomes = await crawlWith(parts, { settings: context.settings, signal }, catalog, run)
  return { state: stateOf(outcomes), note: outcomes.map(outcomeText).join('; ') }
}

/** Before the first full passes are through, the most wanted repos are not known: nothing is spent on others. */
async function deepen({ context, catalog, hub }: JobParts, signal: AbortSignal): Promise<RunEnd> {
  const { settings } = context
  const isFilled = await wereWalkedSince(catalog.db, { kinds: REPO_KINDS, endpoint: settings.endpoint }, LONG_AGO)
  if (!isFilled) return { state: 'done', note: null }
  const outcomes = await stagesWith({ hub, emit: () => undefined }, { settings, signal }, catalog, { stages: STAGES })
  const isInterrupted = Object.values(outcomes).some((outcome) => outcome.state === 'interrupted')
  const texts = STAGES.flatMap((stage) => stageText(stage, outcomes[stage]))
  return { state: isInterrupted ? 'interrupted' : 'done', note: texts.length === 0 ? null : texts.join('; ') }
}

const LONG_AGO = new Date(0)

function stageText(stage: Stage, outcome: StageOutcome | undefined): string[] {
  if (outcome === undefined) return []
  const { done, absent, failed, note } = outcome
  if (done + absent + failed === 0 && note === null) return []
  const counts = [
    `${stage} ${formatNumber(done)} fetched`,
    ...(absent > 0 ? [`${formatNumber(absent)} have none`] : []),
    ...(failed > 0 ? [`${formatNumber(failed)} failed`] : []),
  ].join(', ')
  return [note === null ? counts : `${counts}: ${note}`]
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
    `${formatNumber(requests)} requests`,
  ].join(', ')
  return [counts, ...(state === 'complete' ? [] : [state]), ...(note === null ? [] : [note])].join(': ')
}
