import { type Kysely, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import { EVERY_REPO, lookedUp, type RepoSample, sampledRepos, uncompiled } from '../postgres/sample.ts'
import type { Database, Stage } from '../schema.ts'

/** The kinds that have each stage. */
export const STAGE_KINDS: Readonly<Record<Stage, readonly RepoKind[]>> = {
  details: ['model', 'dataset', 'space'],
  parquet: ['dataset'],
  card: ['model', 'dataset', 'space'],
}

/** The reason of an absence that ends when the repo's owner opens access, which makes no commit. */
export const GATED = 'gated'

/** Whether a stage (row `s`, if any) is up to date for a repo (row `r`). Otherwise it is due or has failed. */
export const IS_CURRENT = `(s.hub_id is not null and s.sha is not distinct from r.sha
  and (s.recheck_at is null or s.recheck_at > now())
  and not (s.reason is not distinct from '${GATED}' and r.gated is not distinct from 'false'))`

/** Whether a failure (row `f`, if any) delays a repo (row `r`). A failure of another commit does not. */
export const IS_WAITING = `(f.retry_at > now() and (f.sha is null or f.sha = r.sha))`

/** Counts of repos of one kind for one stage. */
export interface StageCoverage {
  stage: Stage
  kind: RepoKind
  /** Live and not disabled. */
  repos: number
  done: number
  /** Nothing to fetch. */
  absent: number
  due: number
  /** Failed, with a retry that is not due yet. */
  waiting: number
}

/**
 * Counts of each stage.
 *
 * @param sample which repos to read. Counts are extrapolated to the live repos of each kind, whose number is known. @default
 * every repo, which takes seconds per million
 */
export async function stageCoverage(db: Kysely<Database>, sample = EVERY_REPO): Promise<StageCoverage[]> {
  const query = sql<CoverageRow>`
    with sample as materialized (
      select hub_id, kind, sha, gated, disabled from ${sampledRepos(sample)} r
      where removed_at is null and kind <> 'collection'
    ), enabled as (
      select * from sample where not disabled
    ), current as (
      select r.kind, s.stage, s.outcome, count(*) from enabled r
      cross join lateral (select * from catalog.repo_stages s where s.hub_id = r.hub_id ${lookedUp(sample)}) s
      where ${sql.raw(IS_CURRENT)} group by r.kind, s.stage, s.outcome
    ), waiting as (
      select r.kind, f.task, count(*) from enabled r
      cross join lateral (select * from catalog.failures f where f.hub_id = r.hub_id ${lookedUp(sample)}) f
      left join lateral (
        select * from catalog.repo_stages s where s.hub_id = r.hub_id and s.stage = f.task ${lookedUp(sample)}) s on true
      where ${sql.raw(IS_WAITING)} and not ${sql.raw(IS_CURRENT)} group by r.kind, f.task
    ), counts (kind, stage, outcome, repos) as (
      select * from current
      union all select kind, task, 'waiting', count from waiting
      union all select kind, 'all', case when disabled then 'disabled' else 'enabled' end, count(*) from sample
        group by kind, disabled
    )
    select kind, stage, outcome, repos::double precision,
      (select sum(live) from catalog.repo_totals t where t.kind = counts.kind)::double precision as live
    from counts`
  const rows = sample.share < 1 ? await uncompiled(db, query) : (await query.execute(db)).rows
  return (Object.entries(STAGE_KINDS) as [Stage, readonly RepoKind[]][]).flatMap(([stage, kinds]) =>
    kinds.map((kind) => ({
      stage,
      kind,
      ...countsOf(
        stage,
        rows.filter((row) => row.kind === kind),
        sample,
      ),
    })),
  )
}

interface CoverageRow {
  kind: RepoKind
  /** `all` for the number of repos. */
  stage: Stage | 'all'
  outcome: 'done' | 'absent' | 'waiting' | 'enabled' | 'disabled'
  repos: number
  /** Live repos of the kind in the whole catalog. */
  live: number
}

type StageCounts = Omit<StageCoverage, 'stage' | 'kind'>

function countsOf(stage: Stage, rows: readonly CoverageRow[], { share }: RepoSample): StageCounts {
  const sum = (found: readonly CoverageRow[]) => found.reduce((total, { repos }) => total + repos, 0)
  const scale = share < 1 ? (rows[0]?.live ?? 0) / Math.max(1, sum(rows.filter((row) => row.stage === 'all'))) : 1
  const whole = (of: CoverageRow['stage'], outcome: CoverageRow['outcome']) =>
    Math.round(scale * sum(rows.filter((row) => row.stage === of && row.outcome === outcome)))
  const [repos, done, absent, waiting] = [
    whole('all', 'enabled'),
    whole(stage, 'done'),
    whole(stage, 'absent'),
    whole(stage, 'waiting'),
  ]
  return { repos, done, absent, due: Math.max(0, repos - done - absent - waiting), waiting }
}
