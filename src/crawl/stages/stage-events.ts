import type { Stage } from '../../catalog/schema.ts'

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

/** What became of one repo that a stage was fetched for. */
export interface StageFetched {
  type: 'stage-fetched'
  stage: Stage
  outcome: keyof StageCounts
}

/** What a run of the stages reports. */
export type StageEvent =
  | { type: 'stage-started'; stage: Stage }
  | StageFetched
  | { type: 'stage-ended'; stage: Stage; outcome: StageOutcome }
