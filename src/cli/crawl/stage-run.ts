import type { Stage } from '../../catalog/schema.ts'
import { stageCoverage } from '../../catalog/stages/stage-due.ts'
import { createStageStore } from '../../catalog/stages/stage-store.ts'
import { runStages, type StageOutcomes, type StageRun } from '../../crawl/stages/run-stages.ts'
import type { StageOutcome } from '../../crawl/stages/stage-events.ts'
import type { OpenCatalog } from '../../service/open/catalog.ts'
import { weightsOf } from '../../service/open/crawl-settings.ts'
import type { CommandContext } from '../command.ts'

/** Each stage that ran, with the number of repos still due. */
export type StageReport = Partial<Record<Stage, StageOutcome & { due: number }>>

/** Runs stages with the caller's client and catalog. */
export async function stagesWith(
  { hub, turns, emit }: Pick<StageRun, 'hub' | 'turns' | 'emit'>,
  { settings, signal }: Pick<CommandContext, 'settings' | 'signal'>,
  catalog: OpenCatalog,
  run: Pick<StageRun, 'stages' | 'maxRequests' | 'upstream'>,
): Promise<StageOutcomes> {
  const { hubConnections, includePrivate } = settings
  const store = createStageStore(catalog.connection, catalog.owner, weightsOf(settings))
  return await runStages({ ...run, hub, turns, concurrency: hubConnections, includePrivate, signal, emit }, store)
}

/** Adds the number of repos still due. */
export async function stageReport(catalog: OpenCatalog, outcomes: StageOutcomes): Promise<StageReport> {
  const coverage = await stageCoverage(catalog.db)
  const dueOf = (stage: Stage): number => coverage.reduce((sum, row) => (row.stage === stage ? sum + row.due : sum), 0)
  return Object.fromEntries(
    Object.entries(outcomes).map(([stage, outcome]) => [stage, { ...outcome, due: dueOf(stage as Stage) }]),
  )
}
