import { type Kysely, sql } from 'kysely'
import { CATALOG_KINDS, type CatalogKind } from '../hub/kinds.ts'
import { countDueCollections } from './collections/collection-store.ts'
import { type PassNote, passNote } from './passes/pass-note.ts'
import { type Unconfirmed, unconfirmedByKind } from './passes/unconfirmed.ts'
import { chooseSample, type RepoSample, sampledRepos } from './postgres/sample.ts'
import { type KnownBudget, knownBudgets } from './processes/budgets.ts'
import { createRefreshQueue } from './processes/refresh-queue.ts'
import { type Database, type PassKind, type PassScope, type PassState, STAGES, type Stage } from './schema.ts'
import { type StageCoverage, stageCoverage } from './stages/stage-due.ts'
import { type BucketNeed, needsOf } from './stages/stage-needs.ts'
import { type StageWeights, stageOrderText } from './stages/stage-order.ts'

interface KindStatus extends Unconfirmed {
  kind: CatalogKind
  /** Live repos and tombstones. */
  known: number
  live: number
  tombstones: number
  /** End of the last complete pass; null if there was none. */
  lastFullAt: Date | null
  lastRecentAt: Date | null
  /** Start of the last complete pass of either scope: every earlier change on the Hub is in the catalog. */
  asOf: Date | null
  /** Live repos that changed on the Hub in the last seven days and after the first full pass. */
  changedLast7Days: number
  /** For these repos, seconds from the Hub's `lastModified` until the change was first seen. Null if there are none. */
  lagP50Secs: number | null
  lagP95Secs: number | null
}

interface StageStatus {
  stage: Stage
  /** Live, enabled repos of the kinds that have this stage. */
  repos: number
  done: number
  /** Nothing to fetch. */
  absent: number
  due: number
  /** Failed, with a retry that is not due yet. */
  waiting: number
  /** `done` plus `absent` over `repos`, from 0 to 1; 1 if there are no repos. */
  coverage: number
  /** Seconds to fetch everything due if no other stage uses the budget; null if no budget was ever seen. */
  backlogSecs: number | null
}

export interface CatalogStatus {
  endpoint: string
  readAt: Date
  /** Whether counts of stages and changes are extrapolated from a sample of the repos. Numbers of repos are always exact. */
  isEstimate: boolean
  kinds: KindStatus[]
  unfinished: { kind: PassKind; scope: PassScope; state: PassState; pages: number; error: PassNote | null }[]
  stages: StageStatus[]
  stageOrder: string
  /** Live collections of which only the first items are known, or whose items have changed. */
  dueCollections: number
  budgets: KnownBudget[]
  /** For all stages, after subtracting what passes used in the last day; null if no budget was ever seen. */
  backlogSecs: number | null
  failures: { cause: string; failures: number }[]
  /** Entries that search has yet to apply, counted up to a million. */
  outboxEntries: number
  /** Repos named by webhooks, waiting or being refreshed. */
  refreshQueue: number
}

export interface StatusOptions {
  weights?: StageWeights
  endpoint: string
  /** Above this many repos, stages and changes are counted in a sample. @default 20,000 */
  exactUpTo?: number
}

/**
 * Reads the state of a catalog: the one source of these numbers for every command, metric and API.
 *
 * Lag is measured on past changes. Changes on the Hub after `asOf` are unknown and not counted.
 *
 * The cost does not grow with the number of repos: their numbers are kept, and what is counted in tables of repos comes from a
 * sample. No index knows what is due, because it depends on two tables.
 */
export async function readStatus(
  db: Kysely<Database>,
  { endpoint, weights, exactUpTo = 20_000 }: StatusOptions,
): Promise<CatalogStatus> {
  const sample = await chooseSample(db, exactUpTo)
  // Beside each other, one connection for each of the two large counts.
  const [counted, coverage, others] = await Promise.all([
    kindCounts(db, endpoint, sample),
    stageCoverage(db, sample),
    smallCounts(db, endpoint),
  ])
  const counts = stageCounts(coverage)
  const { unconfirmed, passRequests, ...small } = others
  const needs = needsOf(counts, small.budgets, passRequests)
  return {
    endpoint,
    readAt: new Date(),
    isEstimate: sample.share < 1,
    kinds: counted.map((kind) => ({
      ...kind,
      ...(unconfirmed.get(kind.kind) ?? { unconfirmed: 0, lastFullNote: null, lastFullGaps: [] }),
    })),
    stages: counts.map((count) => stageStatus(count, needs.byStage.get(count.stage) ?? null)),
    stageOrder: stageOrderText(weights),
    backlogSecs: needs.seconds,
    ...small,
  }
}

/** One after the other, because a new connection costs more than they do. */
async function smallCounts(db: Kysely<Database>, endpoint: string) {
  return {
    budgets: await knownBudgets(db, endpoint),
    unconfirmed: await unconfirmedByKind(db, endpoint),
    passRequests: await passRequestsOfADay(db, endpoint),
    unfinished: await unfinishedPasses(db, endpoint),
    dueCollections: await countDueCollections(db),
    failures: await failuresByCause(db),
    outboxEntries: await outboxUpTo(db, 1_000_000),
    refreshQueue: await createRefreshQueue(db).length(),
  }
}

type KindCount = Omit<KindStatus, keyof Unconfirmed>

async function kindCounts(db: Kysely<Database>, endpoint: string, sample: RepoSample): Promise<KindCount[]> {
  const { rows } = await sql<KindCount>`
    with complete as (
      select kind, min(finished_at) filter (where scope = 'full') as first_full,
        max(finished_at) filter (where scope = 'full') as "lastFullAt",
        max(finished_at) filter (where scope = 'recent') as "lastRecentAt", max(started_at) as "asOf"
      from catalog.passes where state = 'complete' and endpoint = ${endpoint} group by kind
    ), totals as (
      select kind, sum(live)::double precision as live, sum(tombstones)::double precision as tombstones
      from catalog.repo_totals group by kind
    ), sampled as (
      select r.kind, count(*) as live, count(l.lag) as changed,
        percentile_cont(0.5) within group (order by l.lag) as p50,
        percentile_cont(0.95) within group (order by l.lag) as p95
      from ${sampledRepos(sample)} r
      left join complete c on c.kind = r.kind
      left join lateral (
        select greatest(0, extract(epoch from r.modified_seen_at - r.last_modified))::double precision as lag
        where r.last_modified > greatest(c.first_full, now() - interval '7 days') and r.last_modified <= now()
      ) l on true
      where r.removed_at is null
      group by r.kind
    )
    select k.kind, coalesce(t.live + t.tombstones, 0) as known, coalesce(t.live, 0) as live,
      coalesce(t.tombstones, 0) as tombstones, c."lastFullAt", c."lastRecentAt", c."asOf",
      round(coalesce(n.changed * case when ${sample.share}::double precision < 1 then t.live / n.live else 1 end, 0))::double precision
        as "changedLast7Days",
      n.p50 as "lagP50Secs", n.p95 as "lagP95Secs"
    from unnest(${[...CATALOG_KINDS]}::text[]) with ordinality as k(kind, place)
    left join totals t on t.kind = k.kind left join sampled n on n.kind = k.kind
    left join complete c on c.kind = k.kind
    order by k.place`.execute(db)
  return rows
}

async function unfinishedPasses(db: Kysely<Database>, endpoint: string): Promise<CatalogStatus['unfinished']> {
  const rows = await db
    .selectFrom('catalog.passes')
    .select(['kind', 'scope', 'state', 'pages', 'error', 'error_code'])
    .where('state', '<>', 'complete')
    .where('endpoint', '=', endpoint)
    .orderBy('pass_id')
    .execute()
  return rows.map(({ error, error_code: code, ...row }) => ({
    ...row,
    pages: Number(row.pages),
    error: passNote(code, error),
  }))
}

type StageCount = Pick<StageStatus, 'stage' | 'repos' | 'done' | 'absent' | 'due' | 'waiting'>

/** Summed over all kinds. */
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

function stageStatus(count: StageCount, backlogSecs: number | null): StageStatus {
  const coverage = count.repos === 0 ? 1 : (count.done + count.absent) / count.repos
  return { ...count, coverage, backlogSecs }
}

/** Passes use the bucket `api` only. */
async function passRequestsOfADay(db: Kysely<Database>, endpoint: string): Promise<BucketNeed> {
  const { rows } = await sql<{ requests: number }>`
    select coalesce(sum(requests), 0)::double precision as requests from catalog.passes
    where endpoint = ${endpoint} and finished_at > now() - interval '1 day'`.execute(db)
  return { api: rows[0]?.requests ?? 0, resolvers: 0 }
}

async function failuresByCause(db: Kysely<Database>): Promise<CatalogStatus['failures']> {
  const { rows } = await sql<{ cause: string; failures: number }>`
    select cause, count(*)::int as failures from catalog.failures group by cause order by failures desc, cause`.execute(db)
  return rows
}

async function outboxUpTo(db: Kysely<Database>, most: number): Promise<number> {
  const { rows } = await sql<{ entries: number }>`
    select count(*)::int as entries from (select from catalog.search_outbox limit ${most}) as first`.execute(db)
  return rows[0]?.entries ?? 0
}
