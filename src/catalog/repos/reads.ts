import { type Kysely, sql } from 'kysely'
import { CATALOG_KINDS, type CatalogKind } from '../../hub/kinds.ts'
import type { Database } from '../schema.ts'

/** The columns of a repo, as `hubdex show` prints them. */
export interface KnownRepo {
  kind: CatalogKind
  id: string
  hubId: string
  /** The name that was asked for, if it is a former one. */
  askedAs?: string
  formerNames: string[]
  [field: string]: unknown
}

/**
 * Finds repos by hub id, else by current name in any letter case, else by a former name, else by the hub id in a slug. Several
 * may match: live ones come first, then those whose name resolves, then by kind, then the last written.
 */
export async function findRepos(db: Kysely<Database>, id: string, kind?: CatalogKind): Promise<KnownRepo[]> {
  // Postgres cannot even compare such a text.
  if (id.includes('\0')) return []
  const named = await currentHubIds(db, id, kind)
  const aliased = named.length > 0 ? named : await hubIdsByAlias(db, id, kind)
  const hubIds = aliased.length > 0 ? aliased : await hubIdsBySlug(db, id, kind)
  if (hubIds.length === 0) return []
  const rows = await db
    .selectFrom('catalog.repos as r')
    .leftJoin('catalog.repo_counters as c', 'c.hub_id', 'r.hub_id')
    .selectAll('r')
    .select(['c.downloads', 'c.downloads_all_time', 'c.likes', 'c.trending_score', 'c.changed_at as counters_changed_at'])
    .select((column) =>
      column
        .selectFrom('catalog.repo_aliases as a')
        .whereRef('a.hub_id', '=', 'r.hub_id')
        .select(sql<string[] | null>`array_agg(a.alias order by a.known_since)`.as('names'))
        .as('former_names'),
    )
    .where('r.hub_id', 'in', hubIds)
    .orderBy(sql`r.removed_at is not null`)
    .orderBy(sql`exists (select from catalog.unresolved_repos m where m.hub_id = r.hub_id)`)
    .orderBy('r.kind')
    .orderBy(sql`greatest(r.changed_at, c.changed_at)`, 'desc')
    .execute()
  return rows.map((row) => knownRepo(row, named.length > 0 ? undefined : id))
}

/** Whether any of these repos is in the catalog. */
export async function holdsRepos(db: Kysely<Database>, hubIds: readonly string[]): Promise<boolean> {
  const found = await db.selectFrom('catalog.repos').select('hub_id').where('hub_id', 'in', hubIds).executeTakeFirst()
  return found !== undefined
}

async function currentHubIds(db: Kysely<Database>, id: string, kind?: CatalogKind): Promise<string[]> {
  const { rows } = await sql<{ hub_id: string }>`
    select hub_id from catalog.repos where kind = any(${[...kinds(kind)]}::text[]) and hub_id = ${id.toLowerCase()}
    union all
    select hub_id from catalog.repos
    where kind = any(${[...kinds(kind)]}::text[]) and lower(id) = lower(${id}::text)`.execute(db)
  const hubIds = rows.map((row) => row.hub_id)
  return hubIds.includes(id.toLowerCase()) ? [id.toLowerCase()] : hubIds
}

async function hubIdsByAlias(db: Kysely<Database>, id: string, kind?: CatalogKind): Promise<string[]> {
  const rows = await db
    .selectFrom('catalog.repo_aliases')
    .select('hub_id')
    .where('kind', 'in', kinds(kind))
    .where(sql`lower(alias)`, '=', sql<string>`lower(${id})`)
    .execute()
  return rows.map((row) => row.hub_id)
}

/** The id at the end of a slug decides, so a slug that was never seen finds its collection. */
async function hubIdsBySlug(db: Kysely<Database>, slug: string, kind?: CatalogKind): Promise<string[]> {
  const hubId = /[/-]([0-9a-f]{24})$/i.exec(slug)?.[1]?.toLowerCase()
  if (hubId === undefined || !kinds(kind).includes('collection')) return []
  const found = db.selectFrom('catalog.repos').select('hub_id').where('kind', '=', 'collection')
  return (await found.where('hub_id', '=', hubId).execute()).map((row) => row.hub_id)
}

function kinds(kind: CatalogKind | undefined): readonly CatalogKind[] {
  return kind === undefined ? CATALOG_KINDS : [kind]
}

/** The columns that are not empty, in camel case. */
function knownRepo(row: Record<string, unknown>, askedAs: string | undefined): KnownRepo {
  const { hub_id, kind, id, former_names, content_hash: _, ...columns } = row
  const fields: Record<string, unknown> = {}
  for (const [column, value] of Object.entries(columns)) {
    if (value === null || (Array.isArray(value) && value.length === 0)) continue
    fields[camelCase(column)] = BIG_INTEGERS.has(column) ? Number(value) : value
  }
  return {
    kind: kind as CatalogKind,
    id: id as string,
    hubId: hub_id as string,
    ...(askedAs === undefined ? {} : { askedAs }),
    formerNames: (former_names as string[] | null) ?? [],
    ...fields,
  }
}

const BIG_INTEGERS = new Set(['parameters', 'row_count', 'bytes', 'downloads', 'downloads_all_time', 'likes'])

function camelCase(column: string): string {
  return column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
