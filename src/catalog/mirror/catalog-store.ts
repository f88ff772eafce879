import { type Kysely, sql } from 'kysely'
import type { RepoKind } from '../../hub/kinds.ts'
import type { FoundRepo, HubRepo, HubStore, ListQuery, ListSlice, TagEntry, WantedFields } from '../../hub-server/hub-store.ts'
import { TAG_TYPES } from '../../hub-server/repo-fields.ts'
import type { Database } from '../schema.ts'
import { FILES_FIELD, PARQUET_FIELD } from './catalog-files.ts'
import { findName } from './find-name.ts'
import { conditionsOf, IS_LISTED, IS_RESOLVED } from './list-conditions.ts'
import { ListPages } from './list-page.ts'
import { readDetails, readParquet } from './repo-extras.ts'
import { readRepoJson } from './repo-json.ts'

/** The catalog as the store of a Hub for callers without a token. What was not fetched is left out. */
export function createCatalogStore(db: Kysely<Database>, { mostSorted }: { mostSorted?: number } = {}): HubStore {
  const pages = new ListPages(db, mostSorted)

  async function readPage(query: ListQuery) {
    const { hubIds, next } = await pages.read(query)
    const json = await readRepoJson(db, hubIds, query.fields.names)
    return { items: hubIds.flatMap((hubId) => json.get(hubId) ?? []), next }
  }

  return {
    list: async (query): Promise<ListSlice> => {
      const { items, next } = await readPage(query)
      return { repos: items.map((item) => JSON.parse(item) as HubRepo), ...(next && { next }) }
    },
    listJson: async (query) => {
      const { items, next } = await readPage(query)
      return { json: `[${items.join(',')}]`, next }
    },
    count: async (kind, filter) => {
      const conditions = conditionsOf(filter)
      if (conditions === undefined) return 0
      const all = sql.join([sql`r.kind = ${kind}`, IS_LISTED, ...conditions, IS_RESOLVED], sql` and `)
      const { rows } = await sql<{ count: string }>`select count(*) from catalog.repos r where ${all}`.execute(db)
      return Number(rows[0]?.count ?? 0)
    },
    find: (kind, id, fields) => findRepo(db, kind, id, fields),
    tagsByType: (kind) => tagsByType(db, kind),
  }
}

async function findRepo(
  db: Kysely<Database>,
  kind: RepoKind,
  id: string,
  { names, blobs }: WantedFields,
): Promise<FoundRepo | undefined> {
  const named = await findName(db, kind, id)
  if (named === undefined) return undefined
  if (named.id !== id) return { movedTo: named.id }
  const json = (await readRepoJson(db, [named.hubId], names)).get(named.hubId)
  if (json === undefined) return undefined
  const listed = JSON.parse(json) as HubRepo
  const { details, files, areAll } = await readDetails(db, named.hubId)
  const parquet = names.has(PARQUET_FIELD) ? await readParquet(db, named.hubId) : undefined
  return {
    repo: {
      // The Hub sends this one even when there is none.
      ...(kind === 'model' && names.has('model-index') ? { 'model-index': null } : {}),
      ...Object.fromEntries(Object.entries(details).filter(([name]) => names.has(name))),
      ...listed,
      ...providers(listed),
      ...(blobs && files !== undefined ? { siblings: files } : {}),
      ...(files === undefined ? {} : { [FILES_FIELD]: areAll ? 'all' : 'some' }),
      ...(parquet === undefined ? {} : { [PARQUET_FIELD]: parquet }),
    },
  }
}

/** Lists have the mapping as a list, and details as an object by provider. */
function providers({ inferenceProviderMapping: mapping }: HubRepo): { inferenceProviderMapping?: object } {
  if (!Array.isArray(mapping)) return {}
  const entries = mapping.filter((entry) => typeof entry?.provider === 'string')
  return { inferenceProviderMapping: Object.fromEntries(entries.map(({ provider, ...entry }) => [provider, entry])) }
}

async function tagsByType(db: Kysely<Database>, kind: 'model' | 'dataset'): Promise<Record<string, TagEntry[]>> {
  const rows = await db
    .selectFrom('catalog.tags')
    .select(['type', 'id', 'label', 'sub_type as subType'])
    .where('kind', '=', kind)
    .orderBy('type')
    .orderBy('id')
    .execute()
  const tags: Record<string, TagEntry[]> = Object.fromEntries(TAG_TYPES[kind].map((type) => [type, []]))
  for (const { type, label, id, subType } of rows) {
    const entries = Object.hasOwn(tags, type) ? (tags[type] ?? []) : []
    entries.push(subType === null ? { type, label, id } : { type, label, id, subType })
    tags[type] = entries
  }
  return tags
}
