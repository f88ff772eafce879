import { type Kysely, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import { sampled } from '../postgres/sample.ts'
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
 * Counts of each stage. Reads every live repo once per stage, which takes seconds for millions of repos.
 *
 * @param share fraction of the blocks of the table of repos to read; counts are extrapolated from it. @default 1
 */
export async function stageCoverage(db: Kysely<Database>, share = 1): Promise<StageCoverage[]> {
  const coverage: StageCoverage[] = []
  for (const [stage, kinds] of Object.entries(STAGE_KINDS) as [Stage, readonly RepoKind[]][]) {
    const { rows } = await sql<Omit<StageCoverage, 'stage'>>`
      select r.kind, count(*)::double precision as repos,
        count(*) filter (where ${sql.raw(IS_CURRENT)} and s.outcome = 'done')::double precision as done,
        count(*) filter (where ${sql.raw(IS_CURRENT)} and s.outcome = 'absent')::double precision as absent,
        count(*) filter (where not ${sql.raw(IS_CURRENT)} and ${sql.raw(IS_WAITING)} is not true)::double precision as due,
        count(*) filter (where not ${sql.raw(IS_CURRENT)} and ${sql.raw(IS_WAITING)})::double precision as waiting
      from catalog.repos r ${sampled(share)}
      left join catalog.repo_stages s on s.hub_id = r.hub_id and s.stage = ${stage}
      left join catalog.failures f on f.hub_id = r.hub_id and f.task = ${stage}
      where r.kind = any(${[...kinds]}::text[]) and r.removed_at is null and not r.disabled
      group by r.kind`.execute(db)
    for (const kind of kinds) {
      const counts = rows.find((row) => row.kind === kind) ?? { repos: 0, done: 0, absent: 0, due: 0, waiting: 0 }
      coverage.push({ stage, kind, ...scaled(counts, share) })
    }
  }
  return coverage
}

type StageCounts = Omit<StageCoverage, 'stage' | 'kind'>

function scaled({ repos, done, absent, due, waiting }: StageCounts, share: number): StageCounts {
  const whole = (count: number) => Math.round(count / share)
  return { repos: whole(repos), done: whole(done), absent: whole(absent), due: whole(due), waiting: whole(waiting) }
}
