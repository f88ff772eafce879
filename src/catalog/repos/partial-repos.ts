import { isDeepStrictEqual } from 'node:util'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'
import { LASTING_COLUMNS, REPO_COLUMN_NAMES, REPO_COLUMNS, type RepoColumns } from './columns.ts'
import type { RepoRecord } from './record.ts'

/** The fields that each column is read from, unless it is the field of the same name. */
const FIELDS_OF: Readonly<Partial<Record<keyof RepoColumns, readonly string[]>>> = {
  hub_id: [],
  kind: [],
  id: [],
  created_at: ['createdAt'],
  last_modified: ['lastModified'],
  description: ['description', 'cardData'],
  license: ['tags', 'cardData'],
  tags: ['tags', 'cardData'],
  languages: ['tags', 'cardData'],
  pipeline_tag: ['pipeline_tag', 'cardData'],
  library_name: ['library_name', 'cardData'],
  parameters: ['safetensors', 'gguf'],
  base_models: ['baseModels', 'tags', 'cardData'],
  base_relations: ['baseModels', 'tags', 'cardData'],
  task_categories: ['tags', 'cardData'],
  size_category: ['tags', 'cardData'],
  modalities: ['tags', 'cardData'],
  formats: ['tags', 'cardData'],
  row_count: [],
  bytes: ['mainSize'],
  sdk: ['sdk', 'cardData'],
  stage: ['runtime'],
  linked_models: ['models', 'cardData'],
  linked_datasets: ['datasets', 'cardData'],
  card: ['cardData'],
}

/**
 * Fills in stored values for fields that were not requested. Leaves out repos that then equal their rows. The hash stays that
 * of the partial payload, so the next complete payload is always written.
 */
export async function completeRepos(db: Kysely<Database>, repos: readonly RepoRecord[]): Promise<RepoRecord[]> {
  const partial = repos.filter((repo) => repo.omitted.length > 0)
  if (partial.length === 0) return [...repos]
  const stored = await db
    .selectFrom('catalog.repos')
    .select([...REPO_COLUMN_NAMES, 'removed_at'])
    .where(
      'hub_id',
      'in',
      partial.map((repo) => repo.hub_id),
    )
    .forUpdate()
    .execute()
  const byId = new Map(stored.map((row) => [row.hub_id, row]))
  return repos.flatMap((repo) => {
    const row = byId.get(repo.hub_id)
    if (repo.omitted.length === 0 || row === undefined) return [repo]
    const before = columnsOf(row)
    const columns = merged(repo, before)
    const isSame = row.removed_at === null && isSameContent(columns, before)
    return isSame ? [] : [{ ...repo, columns: () => columns }]
  })
}

/** Restarts the wait for values that vanished from repos which were now read in part: the omitted fields may contain them. */
export async function restartVanishedWait(db: Kysely<Database>, repos: readonly RepoRecord[]): Promise<void> {
  const partial = repos.filter((repo) => repo.omitted.length > 0).map((repo) => repo.hub_id)
  if (partial.length === 0) return
  await sql`
    update catalog.repos set vanished_at = now() where hub_id = any(${partial}::text[]) and vanished is not null`.execute(db)
}

function merged(repo: RepoRecord, before: RepoColumns): RepoColumns {
  const omitted = new Set(repo.omitted)
  const read = repo.columns()
  const stored = REPO_COLUMN_NAMES.filter((name) =>
    (FIELDS_OF[name as keyof RepoColumns] ?? [name]).some((field) => omitted.has(field)),
  )
  const columns = { ...read, ...Object.fromEntries(stored.map((name) => [name, before[name as keyof RepoColumns]])) }
  for (const name of LASTING_COLUMNS) if (columns[name] === null) Object.assign(columns, { [name]: before[name] })
  const payload = Object.entries(JSON.parse(before.payload) as object).filter(([field]) => omitted.has(field))
  return { ...columns, payload: JSON.stringify({ ...Object.fromEntries(payload), ...JSON.parse(read.payload) }) }
}

function isSameContent(columns: RepoColumns, before: RepoColumns): boolean {
  const { payload, card, ...rest } = columns
  const { payload: payloadBefore, card: cardBefore, ...restBefore } = before
  return (
    isDeepStrictEqual(rest, restBefore) &&
    isDeepStrictEqual(parsed(card), parsed(cardBefore)) &&
    isDeepStrictEqual(parsed(payload), parsed(payloadBefore))
  )
}

function parsed(json: string | null): unknown {
  return json === null ? null : JSON.parse(json)
}

/** A stored row in the form in which it is written. */
function columnsOf(row: Readonly<Record<string, unknown>>): RepoColumns {
  return Object.fromEntries(
    Object.entries(REPO_COLUMNS)
      .filter(([name]) => name !== 'content_hash')
      .map(([name, type]) => [name, writable(row[name], type)]),
  ) as unknown as RepoColumns
}

function writable(value: unknown, type: string): unknown {
  if (value === null) return null
  if (type === 'timestamptz') return value instanceof Date ? value.toISOString() : value
  if (type === 'bigint') return Number(value)
  return type === 'json' || type === 'jsonb' ? JSON.stringify(value) : value
}
