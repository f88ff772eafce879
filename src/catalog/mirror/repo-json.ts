import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'

/**
 * Members of a repo in the Hub's format that columns have, as SQL: `r` is the repo, `c` its counters. Null leaves a member out.
 * Fields are in the payload if a column cannot store their values.
 */
const COLUMN_MEMBERS: Readonly<Record<string, string>> = {
  _id: `'"_id":"' || r.hub_id || '"'`,
  id: `'"id":' || to_json(r.id)`,
  modelId: `'"modelId":' || to_json(r.id)`,
  author: text('author', 'author'),
  createdAt: instant('createdAt', 'created_at'),
  lastModified: instant('lastModified', 'last_modified'),
  sha: text('sha', 'sha'),
  private: `'"private":' || r.private`,
  gated: `'"gated":' || case r.gated when 'false' then 'false' else to_json(r.gated)::text end`,
  disabled: `'"disabled":' || (r.disabled or r.removed_cause is not distinct from 'disabled')`,
  // A card can fill the column, too.
  description: `'"description":' || to_json(nullif(r.description, r.card ->> 'short_description'))`,
  tags: `'"tags":' || to_json(r.tags)`,
  pipeline_tag: text('pipeline_tag', 'pipeline_tag'),
  library_name: text('library_name', 'library_name'),
  mainSize: `'"mainSize":' || r.bytes`,
  sdk: text('sdk', 'sdk'),
  models: `'"models":' || to_json(nullif(r.linked_models, '{}'))`,
  datasets: `'"datasets":' || to_json(nullif(r.linked_datasets, '{}'))`,
  cardData: `'"cardData":' || r.card::text`,
  downloads: `'"downloads":' || c.downloads`,
  downloadsAllTime: `'"downloadsAllTime":' || c.downloads_all_time`,
  likes: `'"likes":' || c.likes`,
  trendingScore: `'"trendingScore":' || c.trending_score`,
}

/** Members that are never null, so that the payload must not add them once more. */
const ALWAYS: ReadonlySet<string> = new Set(['_id', 'id', 'modelId', 'private', 'disabled', 'tags'])

/** Columns that something else may have filled if the payload has a value that they cannot store. */
const FALLBACKS: Readonly<Record<string, string>> = {
  author: 'r.author',
  description: `nullif(r.description, r.card ->> 'short_description')`,
  pipeline_tag: 'r.pipeline_tag',
  library_name: 'r.library_name',
  sdk: 'r.sdk',
  models: `nullif(r.linked_models, '{}')`,
  datasets: `nullif(r.linked_datasets, '{}')`,
}

/** Repos as JSON objects of the named fields in their order, by hub id. Repos that are gone meanwhile are missing. */
export async function readRepoJson(
  db: Kysely<Database>,
  hubIds: readonly string[],
  names: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const fields = [...new Set(['_id', 'id', ...names])]
  const own = fields.flatMap((name) => COLUMN_MEMBERS[name] ?? [])
  const inPayload = fields.filter((name) => !ALWAYS.has(name))
  // Most lists need nothing of the payload, which is slow to parse.
  const needsPayload = inPayload.some((name) => COLUMN_MEMBERS[name] === undefined)
  const members = needsPayload ? [...own, payloadMembers(inPayload)] : own
  const { rows } = await sql<{ hub_id: string; json: string }>`
    select w.hub_id, ${sql.raw(`'{' || concat_ws(',', ${members.join(', ')}) || '}'`)} as json
    from unnest(${[...hubIds]}::text[]) w(hub_id)
    cross join lateral (select * from catalog.repos r where r.hub_id = w.hub_id limit 1) r
    left join lateral (select * from catalog.repo_counters c where c.hub_id = w.hub_id limit 1) c on true`.execute(db)
  return new Map(rows.map(({ hub_id, json }) => [hub_id, json]))
}

/** One pass over the payload, however many fields are wanted. `names` are ours, never those of a caller. */
function payloadMembers(names: readonly string[]): string {
  const list = names.map((name) => `'${name}'`).join(', ')
  const filled = names.flatMap((name) =>
    FALLBACKS[name] === undefined ? [] : `when '${name}' then ${FALLBACKS[name]} is null`,
  )
  const isMissing = filled.length === 0 ? '' : ` and case e.key ${filled.join(' ')} else true end`
  return `(select string_agg(to_json(e.key)::text || ':' || e.value::text, ',') from json_each(r.payload) e
    where e.key in (${list})${isMissing})`
}

function text(name: string, column: string): string {
  return `'"${name}":' || to_json(r.${column})`
}

/** With milliseconds, as the Hub has them. */
function instant(name: string, column: string): string {
  return `'"${name}":"' || to_char(r.${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"'`
}
