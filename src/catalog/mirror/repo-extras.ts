import { type Kysely, sql } from 'kysely'
import type { FileEntry, ParquetSplit } from '../../hub-server/hub-files.ts'
import type { Database, Stage } from '../schema.ts'

/** What the stage of details has fetched of a repo. */
export interface RepoDetails {
  /** Fields that lists lack. */
  readonly details: Readonly<Record<string, unknown>>
  /** The files of the current commit. Undefined if they have not been fetched. */
  readonly files: readonly FileEntry[] | undefined
  /** Whether `files` are all of them. */
  readonly areAll: boolean
}

interface FilesRow {
  details: Record<string, unknown> | null
  usedStorage: string | null
  paths: string[] | null
  sizes: (string | null)[] | null
  sha256: (Buffer | null)[] | null
  blobIds: (Buffer | null)[] | null
  pointerSizes: (number | null)[] | null
  fileCount: number
  /** Whether the stage was done for the current commit. */
  areCurrent: boolean
}

/** Reads details and files. */
export async function readDetails(db: Kysely<Database>, hubId: string): Promise<RepoDetails> {
  const { rows } = await sql<FilesRow>`
    select f.details, f.used_storage as "usedStorage", f.paths, f.sizes, f.sha256, f.blob_ids as "blobIds",
      f.pointer_sizes as "pointerSizes", f.file_count as "fileCount", s.sha is not distinct from r.sha as "areCurrent"
    from catalog.repos r
    join catalog.repo_files f on f.hub_id = r.hub_id
    join catalog.repo_stages s on s.hub_id = r.hub_id and s.stage = 'details'
    where r.hub_id = ${hubId}`.execute(db)
  const [row] = rows
  if (row === undefined) return { details: {}, files: undefined, areAll: false }
  const usedStorage = row.usedStorage === null ? {} : { usedStorage: Number(row.usedStorage) }
  const files = row.areCurrent ? filesOf(row) : undefined
  return { details: { ...row.details, ...usedStorage }, files, areAll: files?.length === row.fileCount }
}

function filesOf({ paths, sizes, sha256, blobIds, pointerSizes }: FilesRow): FileEntry[] {
  return (paths ?? []).map((rfilename, place) => {
    const size = numberOf(sizes?.[place])
    const [hash, blobId] = [sha256?.[place], blobIds?.[place]]
    const pointerSize = numberOf(pointerSizes?.[place])
    const isLarge = hash !== null && hash !== undefined && size !== undefined && pointerSize !== undefined
    return {
      rfilename,
      ...(size === undefined ? {} : { size }),
      ...(blobId === null || blobId === undefined ? {} : { blobId: blobId.toString('hex') }),
      ...(isLarge ? { lfs: { sha256: hash.toString('hex'), size, pointerSize } } : {}),
    }
  })
}

/**
 * Reads the Parquet files of a dataset. Undefined if they have not been fetched; empty if there are none. A list of an older
 * commit will do, because the Hub itself converts a commit later.
 */
export async function readParquet(db: Kysely<Database>, hubId: string): Promise<ParquetSplit[] | undefined> {
  const { rows } = await sql<ParquetSplit>`
    select config, split, urls as paths from catalog.parquet_splits
    where hub_id = ${hubId} order by position`.execute(db)
  return rows.length > 0 || (await isStageCurrent(db, hubId, 'parquet')) ? rows : undefined
}

async function isStageCurrent(db: Kysely<Database>, hubId: string, stage: Stage): Promise<boolean> {
  const { rows } = await sql`
    select from catalog.repo_stages s join catalog.repos r on r.hub_id = s.hub_id
    where s.hub_id = ${hubId} and s.stage = ${stage} and s.sha is not distinct from r.sha`.execute(db)
  return rows.length > 0
}

function numberOf(value: string | number | null | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}
