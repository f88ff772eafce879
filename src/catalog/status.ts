import { type Kysely, sql } from 'kysely'
import { REPO_KINDS, type RepoKind } from '../hub/kinds.ts'
import { type Unconfirmed, unconfirmedByKind } from './passes/unconfirmed.ts'
import { sampled, sampleShare } from './postgres/sample.ts'
import { type KnownBudget, knownBudgets } from './processes/budgets.ts'
import { createRefreshQueue } from './processes/refresh-queue.ts'
import { type Database, type PassKind, type PassScope, type PassState, STAGES, type Stage } from './schema.ts'
import { type StageCoverage, stageCoverage } from './stages/stage-due.ts'
import { type BucketNeed, needsOf } from './stages/stage-needs.ts'
import { type StageWeights, stageOrderText } from './stages/stage-order.ts'

interface KindStatus extends Unconfirmed {
  kind: RepoKind
  /** Live repos and tombstones. */
  known: number
  live: number
  tombstones: number
  /** When the last complete passes ended; null where there was none. */
  lastFullAt: Date | null
  lastRecentAt: Date | null
  /** All that the Hub changed before then is here: the start of the last complete pass of either scope. */
  asOf: Date | null
  /** Live repos that changed on the Hub in the last seven days, and after the first full pass. */
  changedLately: number
  /** Of these, seconds from the Hub's `lastModified` until that was first seen here. Null where there are none. */
  lagP50Seconds: number | null
  lagP95Seconds: number | null
}

interface StageStatus {
  stage: Stage
  /** Live repos, not disabled, that the stage is for. */
  repos: number
  done: number
  /** Nothing to fetch. */
  absent: number
  due: number
  /** Failed, and not yet to be tried again. */
  waiting: number
  /** `done` and `absent` of `repos`, from 0 to 1; 1 where there are no repos. */
  coverage: number
  /** What the budget needs for all that is due, alone in its buckets; null where no budget was ever seen. */
  secondsAtBudget: number | null
}

export interface CatalogStatus {
  endpoint: string
  readAt: Date
  /** Counts of repos and stages are scaled up from a sample of the table. */
  isEstimate: boolean
  kinds: KindStatus[]
  /** Passes that are not complete. */
  unfinished: { kind: PassKind; scope: PassScope; state: PassState; pages: number; error: string | null }[]
  stages: StageStatus[]
  stageOrder: string
  budgets: KnownBudget[]
  /** All stages, what passes took in the last day off the budget; null where no budget was ever seen. */
  secondsUntilDone: number | null
  failures: { cause: string; failures: number }[]
  /** Entries that search has yet to follow, counted up to a million. */
  outboxEntries: number
  /** Repos that webhooks named and that wait to be looked at, or are in work. */
  refreshQueue: number
}

export interface StatusOptions {
  /** Of the order of stages. @default those of the order itself */
  weights?: StageWeights
  endpoint: string
  /** With more rows than this in the table of repos, counts are taken from a sample of a quarter as many. @default 200,000 */
  exactUpTo?: number
}

/**
 * What can be said of the state of a catalog: the one place for these numbers, whoever shows them.
 *
 * Lag is what was measured on past changes. What the Hub changed after `asOf` is not known here and counts nowhere.
 *
 * Quick on millions of rows: it reads a sample of blocks of the table of repos, and small tables. Of a million repos the
 * counts came within 1 % in three seconds; exact ones took seven, and would read ten gigabytes of the whole Hub.
 */
export async function readStatus(
  db: Kysely<Database>,
  { endpoint, weights, exactUpTo = 200_000 }: StatusOptions,
): Promise<CatalogStatus> {
  const share = await sampleShare(db, exactUpTo)
  const budgets = await knownBudgets(db, endpoint)
  const counted = await kindCounts(db, endpoint, share)
  const unconfirmed = await unconfirmedByKind(db, endpoint)
  const counts = stageCounts(await stageCoverage(db, share))
  const needs = needsOf(counts, budgets, await passRequestsOfADay(db, endpoint))
  return {
    endpoint,
    readAt: new Date(),
    isEstimate: share < 1,
    kinds: counted.map((kind) => ({
      ...kind,
      ...(unconfirmed.get(kind.kind) ?? { unconfirmed: 0, lastFullNote: null, lastFullGaps: [] }),
    })),
    unfinished: await unfinishedPasses(db, endpoint),
    stages: counts.map((count) => stageStatus(count, needs.byStage.get(count.stage) ?? null)),
    stageOrder: stageOrderText(weights),
    budgets,
    secondsUntilDone: needs.seconds,
    failures: await failuresByCause(db),
    outboxEntries: await outboxUpTo(db, 1_000_000),
    refreshQueue: await createRefreshQueue(db).length(),
  }
}

type KindCount = Omit<KindStatus, keyof Unconfirmed>

async function kindCounts(db: Kysely<Database>, endpoint: string, share: number): Promise<KindCount[]> {
  const { rows } = await sql<KindCount>`
    with complete as (
      select kind, min(finished_at) filter (where scope = 'full') as first_full,
        max(finished_at) filter (where scope = 'full') as "lastFullAt",
        max(finished_at) filter (where scope = 'recent') as "lastRecentAt", max(started_at) as "asOf"
      from catalog.passes where state = 'complete' and endpoint = ${endpoint} group by kind
    ), counted as (
      select r.kind, count(*) as known, count(*) filter (where r.removed_at is null) as live,
        count(*) filter (where l.lag is not null) as changed,
        percentile_cont(0.5) within group (order by l.lag) as p50,
        percentile_cont(0.95) within group (order by l.lag) as p95
      from catalog.repos r ${sampled(share)}
      left join complete c on c.kind = r.kind
      left join lateral (
        select greatest(0, extract(epoch from r.modified_seen_at - r.last_modified))::double precision as lag
        where r.removed_at is null and r.last_modified > greatest(c.first_full, now() - interval '7 days')
          and r.last_modified <= now()
      ) l on true
      group by r.kind
    )
    select k.kind, round(coalesce(n.known, 0) / ${share}::double precision)::double precision as known,
      round(coalesce(n.live, 0) / ${share}::double precision)::double precision as live,
      round(coalesce(n.known - n.live, 0) / ${share}::double precision)::double precision as tombstones,
      c."lastFullAt", c."lastRecentAt", c."asOf",
      round(coalesce(n.changed, 0) / ${share}::double precision)::double precision as "changedLately",
      n.p50 as "lagP50Seconds", n.p95 as "lagP95Seconds"
    from unnest(${[...REPO_KINDS]}::text[]) with ordinality as k(kind, place)
    left join counted n on n.kind = k.kind left join complete c on c.kind = k.kind
    order by k.place`.execute(db)
  return rows
}

async function unfinishedPasses(db: Kysely<Database>, endpoint: string): Promise<CatalogStatus['unfinished']> {
  const rows = await db
    .selectFrom('catalog.passes')
    .select(['kind', 'scope', 'state', 'pages', 'error'])
    .where('state', '<>', 'complete')
    .where('endpoint', '=', endpoint)
    .orderBy('pass_id')
    .execute()
  return rows.map((row) => ({ ...row, pages: Number(row.pages) }))
}

type StageCount = Pick<StageStatus, 'stage' | 'repos' | 'done' | 'absent' | 'due' | 'waiting'>

/** Of all kinds together. */
function stageCounts(coverage: readonly StageCoverage[]): StageCount[] {
  return STAGES.map((stage) => {
    const rows = coverage.filter((row) => row.stage === stage)
    const sum = (column: Exclude<keyof StageCount, 'stage'>) => rows.reduce((total, row) => total + row[column], 0)
    return {
      stage,
      repos: sum('repos'),
      done: sum('done'),
      absent: sum('absent'),
      due: sum('due'),
      waiting: sum('waiting'),
    }
  })
}

function stageStatus(count: StageCount, secondsAtBudget: number | null): StageStatus {
  const coverage = count.repos === 0 ? 1 : (count.done + count.absent) / count.repos
  return { ...count, coverage, secondsAtBudget }
}

/** Passes cost the bucket `api` only. */
async function passRequestsOfADay(db: Kysely<Database>, endpoint: string): Promise<BucketNeed> {
  const { rows } = await sql<{ requests: number }>`
    select coalesce(sum(requests), 0)::double precision as requests from catalog.passes
    where endpoint = ${endpoint} and finished_at > now() - interval '1 day'`.execute(db)
  return { api: rows[0]?.requests ?? 0, resolvers: 0 }
}

async function failuresByCause(db: Kysely<Database>): Promise<CatalogStatus['failures']> {
  const { rows } = await sql<{ cause: string; failures: number }>`
    select cause, count(*)::int as failures from catalog.failures group by cause order by failures desc, cause`.execute(
    db,
  )
  return rows
}

async function outboxUpTo(db: Kysely<Database>, most: number): Promise<number> {
  const { rows } = await sql<{ entries: number }>`
    select count(*)::int as entries from (select from catalog.search_outbox limit ${most}) as first`.execute(db)
  return rows[0]?.entries ?? 0
}
