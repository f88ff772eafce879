import type { Stage } from '../../catalog/schema.ts'
import type { Note } from '../../util/note.ts'

export interface StageCounts {
  done: number
  /** Repos with nothing to fetch. */
  absent: number
  failed: number
}

/** Why a run ended before all was done. */
export type StageNote = Note<'request-limit' | 'stopped' | 'hub-failing' | 'catalog-unwritable'>

/** The state of a stage after a run. `interrupted`: more was due, and the note says why the run ended. */
export interface StageOutcome extends StageCounts {
  state: 'complete' | 'interrupted'
  note: StageNote | null
}

/** A stage was fetched for one repo. */
export interface StageFetched {
  type: 'stage-fetched'
  stage: Stage
  outcome: keyof StageCounts
}

export type StageEvent =
  | { type: 'stage-started'; stage: Stage }
  | StageFetched
  | { type: 'stage-ended'; stage: Stage; outcome: StageOutcome }
