import { type Kysely, sql } from 'kysely'
import {
  collectionsHolding,
  type HoldingCollection,
  itemsOfCollection,
  type KnownItems,
} from '../collections/collection-reads.ts'
import type { Database, Stage } from '../schema.ts'
import type { ListedFailure } from '../stages/failure-list.ts'
import type { CardData, ParquetData, RepoFileEntry } from '../stages/stage-data.ts'
import { IS_CURRENT, STAGE_KINDS } from '../stages/stage-due.ts'

/** Everything known about a repo or collection beyond its listing. What was not fetched or does not exist is null or an empty list. */
export interface RepoProfile {
  stages: KnownStage[]
  files: KnownFiles | null
  /** Fields of the detail answer that the listing lacks. */
  details: Record<string, unknown> | null
  readme: Omit<CardData, 'stage'> | null
  parquet: Omit<ParquetData, 'stage'> | null
  /** Days on which a counter changed, newest first. */
  history: { day: string; downloads: number | null; likes: number | null; trendingScore: number | null }[]
  /** Newest first. */
  events: { event: string; oldValue: string | null; newValue: string | null; happenedAt: Date }[]
  /** Those that hold it, the most upvoted first. */
  collections: HoldingCollection[]
  /** Set if it is a collection. */
  items: KnownItems | null
  failures: Omit<ListedFailure, 'kind' | 'hubId' | 'id'>[]
  /** Set if the last full pass missed the repo and its removal is not confirmed. */
  unconfirmed: { missedAt: Date; probes: number; probedAt: Date | null } | null
}

interface KnownStage {
  stage: Stage
  /** Null if never done. */
  outcome: 'done' | 'absent' | null
  /** False if due: never done, or not for the current commit. */
  isCurrent: boolean
  reason: string | null
  sha: string | null
  doneAt: Date | null
}

interface KnownFiles {
  /** Number and bytes of all files of the main branch; `files` are the first of them. */
  count: number
  bytes: number | null
  /** Bytes of the whole history. */
  usedStorage: number | null
  files: RepoFileEntry[]
}

/** Reads the profile of a repo in the catalog. */
export async function readProfile(db: Kysely<Database>, hubId: string): Promise<RepoProfile> {
  return {
    stages: await stagesOf(db, hubId),
    ...(await detailsOf(db, hubId)),
    readme: await readmeOf(db, hubId),
    parquet: await parquetOf(db, hubId),
    history: await historyOf(db, hubId),
    events: await eventsOf(db, hubId),
    collections: await collectionsHolding(db, hubId),
    items: await itemsOfCollection(db, hubId),
    failures: await failuresOf(db, hubId),
    unconfirmed: await unconfirmedOf(db, hubId),
  }
}

export async function stagesOf(db: Kysely<Database>, hubId: string): Promise<KnownStage[]> {
  const pairs = Object.entries(STAGE_KINDS).flatMap(([stage, kinds]) => kinds.map((kind) => ({ stage, kind })))
  const { rows } = await sql<KnownStage>`
    select w.stage, s.outcome, ${sql.raw(IS_CURRENT)} as "isCurrent", s.reason, s.sha, s.done_at as "doneAt"
    from unnest(${pairs.map(({ stage }) => stage)}::text[], ${pairs.map(({ kind }) => kind)}::text[])
      with ordinality as w(stage, kind, place)
    join catalog.repos r on r.kind = w.kind and r.hub_id = ${hubId}
    left join catalog.repo_stages s on s.hub_id = r.hub_id and s.stage = w.stage
    order by w.place`.execute(db)
  return rows
}

export async function detailsOf(db: Kysely<Database>, hubId: string): Promise<Pick<RepoProfile, 'files' | 'details'>> {
  const row = await db.selectFrom('catalog.repo_files').selectAll().where('hub_id', '=', hubId).executeTakeFirst()
  if (row === undefined) return { files: null, details: null }
  const { file_count: count, paths, sizes, sha256, blob_ids: blobIds, pointer_sizes: pointerSizes } = row
  const files = paths.map((path, place) => ({
    path,
    size: numberOf(sizes[place]),
    sha256: sha256[place]?.toString('hex') ?? null,
    blobId: blobIds?.[place]?.toString('hex') ?? null,
    pointerSize: pointerSizes?.[place] ?? null,
  }))
  return {
    files: { count, bytes: numberOf(row.file_bytes), usedStorage: numberOf(row.used_storage), files },
    details: row.details as Record<string, unknown>,
  }
}

export async function readmeOf(db: Kysely<Database>, hubId: string): Promise<RepoProfile['readme']> {
  const cards = db.selectFrom('catalog.cards').select(['bytes', 'truncated', 'text'])
  return (await cards.where('hub_id', '=', hubId).executeTakeFirst()) ?? null
}

export async function parquetOf(db: Kysely<Database>, hubId: string): Promise<RepoProfile['parquet']> {
  const splits = db.selectFrom('catalog.parquet_splits').selectAll().where('hub_id', '=', hubId).orderBy('position')
  const schemas = db.selectFrom('catalog.parquet_schemas').selectAll().where('hub_id', '=', hubId).orderBy('position')
  const rows = await splits.execute()
  if (rows.length === 0) return null
  return {
    splits: rows.map((row) => ({
      config: row.config,
      split: row.split,
      rows: numberOf(row.row_count),
      bytes: numberOf(row.byte_count),
      isEstimated: row.estimated,
      schema: row.schema_position,
      columnBytes: row.column_bytes.map(Number),
      files: row.urls.map((url, place) => ({
        url,
        rows: numberOf(row.rows[place]),
        rowGroups: row.row_groups[place] ?? null,
        bytes: numberOf(row.bytes[place]),
        error: row.errors[place] ?? null,
      })),
    })),
    schemas: (await schemas.execute()).map((row) => ({
      columnCount: row.column_count,
      columns: row.paths.map((path, place) => ({
        path,
        physicalType: row.physical_types[place] ?? '',
        logicalType: row.logical_types[place] ?? null,
        nesting: row.nestings[place] ?? null,
        isNullable: row.nullable[place] ?? true,
      })),
    })),
  }
}

export async function historyOf(db: Kysely<Database>, hubId: string): Promise<RepoProfile['history']> {
  const { rows } = await sql<RepoProfile['history'][number]>`
    select day::text, downloads::double precision, likes::double precision, trending_score as "trendingScore"
    from repo_history where hub_id = ${hubId} order by day desc`.execute(db)
  return rows
}

export async function eventsOf(db: Kysely<Database>, hubId: string): Promise<RepoProfile['events']> {
  const { rows } = await sql<RepoProfile['events'][number]>`
    select event, old_value as "oldValue", new_value as "newValue", happened_at as "happenedAt"
    from repo_events where hub_id = ${hubId} order by happened_at desc, event`.execute(db)
  return rows
}

export async function failuresOf(db: Kysely<Database>, hubId: string): Promise<RepoProfile['failures']> {
  const { rows } = await sql<RepoProfile['failures'][number]>`
    select task, cause, status, attempts, answer, first_failed_at as "firstFailedAt", failed_at as "failedAt",
      retry_at as "retryAt"
    from catalog.failures where hub_id = ${hubId} order by failed_at desc, task`.execute(db)
  return rows
}

export async function unconfirmedOf(db: Kysely<Database>, hubId: string): Promise<RepoProfile['unconfirmed']> {
  const candidate = db
    .selectFrom('catalog.removal_candidates')
    .select(['found_at as missedAt', 'probes', 'probed_at as probedAt'])
  return (await candidate.where('hub_id', '=', hubId).executeTakeFirst()) ?? null
}

function numberOf(value: string | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}
