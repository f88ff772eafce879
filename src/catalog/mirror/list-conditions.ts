import { type RawBuilder, sql } from 'kysely'
import type { RepoFilter } from '../../hub-server/hub-store.ts'

type Condition = RawBuilder<unknown>

/** The repos (row `r`) that lists show. The words are those of the indexes, which Postgres could otherwise not use. */
export const IS_LISTED = sql`r.removed_at is null and not r.private and not r.disabled`

/** Names that no longer lead to their repos are not shown, as the Hub has another repo under them or none. */
export const IS_RESOLVED = sql`not exists (select from catalog.unresolved_repos u where u.hub_id = r.hub_id)`

/** Characters of a tag that the index of tags has; see `catalog.tag_keys` */
const KEY_CHARACTERS = 100

/** The conditions of a list on a repo (row `r`). Undefined if no repo can match. */
export function conditionsOf(filter: RepoFilter): Condition[] | undefined {
  const texts = [filter.search, filter.authors, filter.tags, filter.libraries, filter.pipelineTags, filter.models].flat()
  const others = [filter.datasets, filter.anyTags ?? [], filter.inferenceProviders, filter.inference ?? []].flat()
  // Postgres can store no such text.
  if ([...texts, ...others].some((text) => text.includes('\0'))) return undefined
  return [
    // Not LIKE, in which some characters have a meaning.
    ...filter.search.map((text) => sql`position(lower(${text}) in lower(r.id)) > 0`),
    ...filter.authors.map((author) => sql`r.author = ${author}`),
    ...keyConditions(filter),
    ...filter.libraries.map((library) => sql`(r.library_name = ${library} or ${library} = any(r.tags))`),
    ...filter.pipelineTags.map((task) => sql`r.pipeline_tag = ${task}`),
    ...gatedCondition(filter),
    ...parameterConditions(filter),
    ...(filter.inference === undefined ? [] : [sql`r.payload ->> 'inference' = ${filter.inference}`]),
    ...providerConditions(filter),
    ...filter.models.map((model) => sql`${model} = any(r.linked_models)`),
    ...filter.datasets.map((dataset) => sql`${dataset} = any(r.linked_datasets)`),
  ]
}

/** What the index finds, and the exact comparison of tags that are longer than its entries. */
function keyConditions({ tags, libraries, anyTags }: RepoFilter): Condition[] {
  const keys = sql`catalog.tag_keys(r.tags, r.pipeline_tag, r.library_name)`
  const all = [...tags, ...libraries]
  const long = tags.filter((tag) => tag.length >= KEY_CHARACTERS)
  return [
    ...(all.length === 0 ? [] : [sql`${keys} @> ${all.map(keyOf)}::text[]`]),
    ...long.map((tag) => sql`(${tag} = any(r.tags) or r.pipeline_tag = ${tag} or r.library_name = ${tag})`),
    ...(anyTags === undefined ? [] : [sql`(${keys} && ${anyTags.map(keyOf)}::text[])`]),
  ]
}

/** Its first characters as Postgres counts them. */
function keyOf(tag: string): string {
  return [...tag].slice(0, KEY_CHARACTERS).join('')
}

function gatedCondition({ gated }: RepoFilter): Condition[] {
  if (gated === undefined) return []
  return [gated ? sql`r.gated in ('auto', 'manual')` : sql`coalesce(r.gated, 'false') = 'false'`]
}

function parameterConditions({ parameters }: RepoFilter): Condition[] {
  if (parameters === undefined) return []
  const { min, max } = parameters
  return [
    sql`r.parameters is not null`,
    ...(min === undefined ? [] : [sql`r.parameters >= ${min}::double precision`]),
    ...(max === undefined ? [] : [sql`r.parameters <= ${max}::double precision`]),
  ]
}

/** Lists have the mapping as a list, and details as an object by provider. */
function providerConditions({ inferenceProviders }: RepoFilter): Condition[] {
  if (inferenceProviders.length === 0) return []
  const mapping = sql`(r.payload -> 'inferenceProviderMapping')`
  const names = sql`
    select p.key as name from json_each(case json_typeof(${mapping}) when 'object' then ${mapping} else '{}' end) p
    union all
    select e.value ->> 'provider' from json_array_elements(
      case json_typeof(${mapping}) when 'array' then ${mapping} else '[]' end) e`
  return inferenceProviders.includes('all')
    ? [sql`exists (${names})`]
    : [sql`exists (select from (${names}) provider where provider.name = any(${[...inferenceProviders]}::text[]))`]
}
