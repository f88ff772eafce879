import { type Kysely, sql } from 'kysely'
import { enqueueForSearch } from '../outbox/outbox.ts'
import { storableObject } from '../repos/sanitize-json.ts'
import { sanitizeText } from '../repos/sanitize-text.ts'
import { WireJson } from '../repos/wire-json.ts'
import type { Database } from '../schema.ts'
import type { CardData, DetailsData, ParquetData, ParquetSchema, ParquetSplitData, StageTask } from './stage-data.ts'

/** Longer names of configs, splits and columns are truncated. */
const MAX_NAME_LENGTH = 1_000
const MAX_PATH_LENGTH = 4_000

/** Within a transaction: replaces the data of a stage. */
export async function writeStageData(
  db: Kysely<Database>,
  task: StageTask,
  data: DetailsData | CardData | ParquetData | undefined,
): Promise<void> {
  const readmeBefore = task.stage === 'card' ? await readmeOf(db, task.hubId) : undefined
  await clearStage(db, task)
  // Search has the words of the README.
  if (readmeBefore !== (data?.stage === 'card' ? sanitizeText(data.text) : undefined)) await enqueueForSearch(db, [task.hubId])
  if (data === undefined) return
  if (data.stage === 'details') {
    await writeDetails(db, task.hubId, data)
    await writeGated(db, task, data)
  } else if (data.stage === 'card') await writeCard(db, task.hubId, data)
  else await writeParquet(db, task.hubId, data)
}

async function readmeOf(db: Kysely<Database>, hubId: string): Promise<string | undefined> {
  return (await db.selectFrom('catalog.cards').select('text').where('hub_id', '=', hubId).executeTakeFirst())?.text
}

async function clearStage(db: Kysely<Database>, { stage, hubId }: StageTask): Promise<void> {
  const tables = {
    details: ['catalog.repo_files'],
    card: ['catalog.cards'],
    parquet: ['catalog.parquet_splits', 'catalog.parquet_schemas'],
  } as const
  for (const table of tables[stage]) await db.deleteFrom(table).where('hub_id', '=', hubId).execute()
}

/** Omits fields that the listing has under the same name. This is done in the database, which has the listing. */
async function writeDetails(db: Kysely<Database>, hubId: string, data: DetailsData): Promise<void> {
  const { usedStorage, fileCount, fileBytes, files } = data
  await sql`
    insert into catalog.repo_files (hub_id, used_storage, file_count, file_bytes, details, paths, sizes, sha256, blob_ids,
      pointer_sizes)
    select ${hubId}, ${usedStorage}, ${fileCount}, ${fileBytes},
      (select coalesce(json_object_agg(d.key, d.value), '{}') from json_each(${jsonOf(data.details)}::json) d
        where not exists (select from json_object_keys(r.payload) as known(key) where known.key = d.key)),
      ${files.map(({ path }) => text(path, MAX_PATH_LENGTH))}::text[],
      ${files.map(({ size }) => size)}::bigint[],
      ${files.map(({ sha256 }) => bytesOf(sha256))}::bytea[], ${files.map(({ blobId }) => bytesOf(blobId))}::bytea[],
      ${files.map(({ pointerSize }) => pointerSize)}::integer[]
    from catalog.repos r where r.hub_id = ${hubId}`.execute(db)
}

/** Listings of Spaces lack the value, so that only details change it. */
async function writeGated(db: Kysely<Database>, { hubId, kind }: StageTask, { gated }: DetailsData): Promise<void> {
  if (kind !== 'space' || gated === null) return
  const { numUpdatedRows } = await db
    .updateTable('catalog.repos')
    .set({ gated })
    .where('hub_id', '=', hubId)
    .where('gated', 'is distinct from', gated)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) await enqueueForSearch(db, [hubId])
}

function bytesOf(hash: string | null): Buffer | null {
  return hash === null ? null : Buffer.from(hash, 'hex')
}

function jsonOf(details: Record<string, unknown>): string {
  const content = new WireJson(details, () => false)
  const sanitizeText = content.isStorable ? content : new WireJson(storableObject(details), () => false)
  return sanitizeText.without(new Set())
}

async function writeCard(db: Kysely<Database>, hubId: string, card: CardData): Promise<void> {
  const { bytes, truncated } = card
  await db
    .insertInto('catalog.cards')
    .values({ hub_id: hubId, text: sanitizeText(card.text), bytes, truncated })
    .execute()
}

async function writeParquet(db: Kysely<Database>, hubId: string, { splits, schemas }: ParquetData): Promise<void> {
  for (const [position, split] of splits.entries()) await writeSplit(db, hubId, position, split)
  for (const [position, schema] of schemas.entries()) await writeSchema(db, hubId, position, schema)
}

async function writeSplit(
  db: Kysely<Database>,
  hubId: string,
  position: number,
  { config, split, files, rows, bytes, isEstimated, schema, columnBytes }: ParquetSplitData,
): Promise<void> {
  await sql`
    insert into catalog.parquet_splits (hub_id, position, config, split, files, row_count, byte_count, estimated,
      urls, rows, row_groups, bytes, errors, schema_position, column_bytes)
    values (${hubId}, ${position}, ${text(config)}, ${text(split)}, ${files.length}, ${rows}, ${bytes}, ${isEstimated},
      ${files.map((file) => text(file.url, MAX_PATH_LENGTH))}::text[], ${files.map((file) => file.rows)}::bigint[],
      ${files.map((file) => file.rowGroups)}::integer[], ${files.map((file) => file.bytes)}::bigint[],
      ${files.map((file) => (file.error === null ? null : text(file.error)))}::text[],
      ${schema}, ${columnBytes}::bigint[])`.execute(db)
}

async function writeSchema(
  db: Kysely<Database>,
  hubId: string,
  position: number,
  { columnCount, columns }: ParquetSchema,
): Promise<void> {
  await sql`
    insert into catalog.parquet_schemas (hub_id, position, column_count, paths, physical_types, logical_types, nestings,
      nullable)
    values (${hubId}, ${position}, ${columnCount}, ${columns.map(({ path }) => text(path))}::text[],
      ${columns.map(({ physicalType }) => physicalType)}::text[], ${columns.map(({ logicalType }) => logicalType)}::text[],
      ${columns.map(({ nesting }) => nesting)}::text[], ${columns.map(({ isNullable }) => isNullable)}::boolean[])`.execute(db)
}

function text(value: string, maxLength = MAX_NAME_LENGTH): string {
  return sanitizeText(value, maxLength)
}
