import { type Kysely, sql } from 'kysely'

/** Indexes for what the HTTP API asks: datasets by column, models by base, repos by the time they appeared. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** A GIN index takes no keys of more than 2,700 bytes. */
const LONGEST = 200

const statements = [
  `create index if not exists repos_first_seen_at on catalog.repos (first_seen_at, hub_id)`,
  `create or replace function catalog.lower_all(texts text[]) returns text[] language sql immutable parallel safe
    return array(select left(lower(t.text), ${LONGEST}) from unnest(texts) as t(text))`,
  `comment on function catalog.lower_all is 'The texts in lower case, shortened for an index.'`,
  `create index if not exists repos_base_models on catalog.repos using gin (catalog.lower_all(base_models)) where base_models <> '{}'`,
  // A container such as a list is two levels of a path, which people do not write.
  `create or replace function catalog.column_names(paths text[]) returns text[] language sql immutable parallel safe
    return array(
      select distinct left(n.name, ${LONGEST}) from unnest(paths) as p(path)
      cross join lateral string_to_array(
        regexp_replace(lower(p.path), '\\.(list|bag)\\.(element|item|array|array_element)(?=\\.|$)', '', 'g'), '.') as s(steps)
      cross join lateral (
        select lower(p.path) union all
        select array_to_string(s.steps[1:g.depth], '.') from generate_series(1, cardinality(s.steps)) as g(depth)
      ) as n(name))`,
  `comment on function catalog.column_names is
    'Names by which columns are found, in lower case: each path, without the levels of lists, and all that it is nested in.'`,
  `create index if not exists parquet_schemas_columns on catalog.parquet_schemas using gin (catalog.column_names(paths))`,
]
