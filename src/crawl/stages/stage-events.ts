import type { FailureReport } from '../../catalog/failure-cause.ts'
import type { Stage } from '../../catalog/schema.ts'
import type { StageTask } from '../../catalog/stages/stage-data.ts'

export interface StageCounts {
  done: number
  /** Repos that have nothing to fetch. */
  absent: number
  failed: number
}

/** How a stage stands after a run. `interrupted` means that more was due, and why it was left is the note. */
export interface StageOutcome extends StageCounts {
  state: 'complete' | 'interrupted'
  note: string | null
}

/** What the stages tell while they run. */
export type StageEvent =
  | { type: 'stage-started'; stage: Stage }
  | { type: 'stage-progress'; stage: Stage; counts: StageCounts }
  | { type: 'task-failed'; task: StageTask; failure: FailureReport }
  | { type: 'stage-ended'; stage: Stage; outcome: StageOutcome }
