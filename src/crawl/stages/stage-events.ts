import type { Stage } from '../../catalog/schema.ts'
import type { Note } from '../../util/note.ts'

export interface StageCounts {
  done: number
  /** Repos that have nothing to fetch. */
  absent: number
  failed: number
}

/** Why a run ended before all was done. */
export type StageNote = Note<'request-limit' | 'stopped' | 'hub-failing' | 'catalog-unwritable'>

/** How a stage stands after a run. `interrupted` means that more was due; the note says why it was left. */
export interface StageOutcome extends StageCounts {
  state: 'complete' | 'interrupted'
  note: StageNote | null
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
