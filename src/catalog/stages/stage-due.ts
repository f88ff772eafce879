import { type Kysely, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import type { Database, Stage } from '../schema.ts'

/** Kinds for which there is a stage. */
export const STAGE_KINDS: Readonly<Record<Stage, readonly RepoKind[]>> = {
  details: ['model', 'dataset', 'space'],
  parquet: ['dataset'],
  card: ['model', 'dataset', 'space'],
}

/** Reason of an absence that ends when the repo's owner opens it, which moves no commit. */
export const GATED = 'gated'

/** Whether a stage (row `s`, if any) stands as it should for a repo (row `r`). What is not current is due, or has failed. */
export const IS_CURRENT = `(s.hub_id is not null and s.sha is not distinct from r.sha
  and (s.look_again_at is null or s.look_again_at > now())
  and not (s.reason is not distinct from '${GATED}' and r.gated is not distinct from 'false'))`

/** Whether a failure (row `f`, if any) keeps a repo (row `r`) back: not when it tells of another commit. */
export const IS_WAITING = `(f.retry_at > now() and (f.sha is null or f.sha = r.sha))`

/** Repos of one kind as one stage sees them. */
export interface StageCoverage {
  stage: Stage
  kind: RepoKind
  /** Live and not disabled: those that the stage is for. */
  repos: number
  done: number
  /** Nothing to fetch. */
  absent: number
  /** To be fetched, now. */
  due: number
  /** Failed, and not yet to be tried again. */
  waiting: number
}

/** How far each stage is. Reads every live repo once a stage: seconds for millions of them. */
export async function stageCoverage(db: Kysely<Database>): Promise<StageCoverage[]> {
  const pairs = Object.entries(STAGE_KINDS).flatMap(([stage, kinds]) => kinds.map((kind) => ({ stage, kind })))
  const { rows } = await sql<StageCoverage>`
    select w.stage, w.kind, count(r.hub_id)::int as repos,
      count(*) filter (where ${sql.raw(IS_CURRENT)} and s.outcome = 'done')::int as done,
      count(*) filter (where ${sql.raw(IS_CURRENT)} and s.outcome = 'absent')::int as absent,
      count(r.hub_id) filter (where not ${sql.raw(IS_CURRENT)} and ${sql.raw(IS_WAITING)} is not true)::int as due,
      count(r.hub_id) filter (where not ${sql.raw(IS_CURRENT)} and ${sql.raw(IS_WAITING)})::int as waiting
    from unnest(${pairs.map(({ stage }) => stage)}::text[], ${pairs.map(({ kind }) => kind)}::text[]) as w(stage, kind)
    left join catalog.repos r on r.kind = w.kind and r.removed_at is null and not r.disabled
    left join catalog.repo_stages s on s.hub_id = r.hub_id and s.stage = w.stage
    left join catalog.failures f on f.hub_id = r.hub_id and f.task = w.stage
    group by w.stage, w.kind`.execute(db)
  const place = (row: StageCoverage): number =>
    pairs.findIndex(({ stage, kind }) => stage === row.stage && kind === row.kind)
  return rows.toSorted((a, b) => place(a) - place(b))
}
