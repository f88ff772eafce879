import { DEPENDENCE } from './dependence.ts'
import { LICENSE_AUDIT } from './license-audit.ts'
import type { NamedQuery } from './named-query.ts'
import { OVER_TIME } from './over-time.ts'

/** Overviews: what there is, who made it, how it is connected, and our own work. */
const OVERVIEWS: readonly NamedQuery[] = [
  {
    name: 'licenses',
    title: 'Licenses of each kind, most used first',
    sql: `select kind, coalesce(license, '(none)') as license, count(*) as repos, sum(downloads) as downloads
from repos
where removed_at is null
group by kind, license
order by repos desc, kind, license`,
  },
  {
    name: 'unlicensed',
    title: 'Models without a declared license, most downloaded first',
    sql: `select id, downloads, likes, last_modified::date as last_modified
from models
where license is null
order by downloads desc nulls last, id
limit 50`,
  },
  {
    name: 'tasks',
    title: 'Models and downloads per task',
    sql: `select coalesce(pipeline_tag, '(none)') as task, count(*) as models, sum(downloads) as downloads, sum(likes) as likes
from models
group by pipeline_tag
order by models desc, task`,
  },
  {
    name: 'libraries',
    title: 'Models and downloads per library',
    sql: `select coalesce(library_name, '(none)') as library, count(*) as models, sum(downloads) as downloads
from models
group by library_name
order by models desc, library`,
  },
  {
    name: 'tags',
    title: 'Most used tags, by kind',
    sql: `select kind, tag, count(*) as repos
from repo_tags
group by kind, tag
order by repos desc, kind, tag
limit 100`,
  },
  {
    name: 'largest-models',
    title: 'Models with the most parameters',
    sql: `select id, parameters, pipeline_tag as task, license, downloads
from models
where parameters is not null
order by parameters desc, id
limit 50`,
  },
  {
    name: 'dataset-sizes',
    title: 'Datasets per size class',
    sql: `select coalesce(size_category, '(unknown)') as size_category, count(*) as datasets, sum(downloads) as downloads
from datasets
group by size_category
order by datasets desc, size_category`,
  },
  {
    name: 'space-sdks',
    title: 'Spaces per SDK, and how many of them are running',
    sql: `select coalesce(sdk, '(none)') as sdk, count(*) as spaces, count(*) filter (where stage = 'RUNNING') as running,
  sum(likes) as likes
from spaces
group by sdk
order by spaces desc, sdk`,
  },
  {
    name: 'authors',
    title: 'Owners with the most downloaded repos',
    sql: `select author, count(*) filter (where kind = 'model') as models, count(*) filter (where kind = 'dataset') as datasets,
  count(*) filter (where kind = 'space') as spaces, sum(downloads) as downloads, sum(likes) as likes
from repos
where removed_at is null and author is not null
group by author
order by downloads desc nulls last, author
limit 50`,
  },
  {
    name: 'growth',
    title: 'Repos created per month, by kind',
    sql: `select substr(cast(created_at at time zone 'UTC' as text), 1, 7) as month,
  count(*) filter (where kind = 'model') as models, count(*) filter (where kind = 'dataset') as datasets,
  count(*) filter (where kind = 'space') as spaces, sum(count(*)) over (order by min(created_at)) as repos_until_then
from repos
where removed_at is null and created_at is not null
group by month
order by month desc`,
  },
  {
    name: 'bases',
    title: 'Models that most others derive from, and how they do',
    sql: `select parent, count(*) as children, count(*) filter (where relation = 'finetune') as finetunes,
  count(*) filter (where relation = 'quantized') as quantized, count(*) filter (where relation = 'adapter') as adapters,
  count(*) filter (where relation = 'merge') as merges
from lineage
group by parent
order by children desc, parent
limit 50`,
  },
  {
    name: 'license-changes',
    title: 'Models with another license than the model they derive from',
    sql: `select child.id as child, child.license as child_license, lineage.relation, parent.id as parent,
  parent.license as parent_license, child.downloads
from lineage
join models as child on child.hub_id = lineage.child_hub_id
join models as parent on parent.id = lineage.parent
where parent.license is not null and child.license is distinct from parent.license
order by child.downloads desc nulls last, child, parent
limit 100`,
  },
  {
    name: 'missing-bases',
    title: 'Base models that are named but not in the catalog: removed, renamed, private or misspelled',
    sql: `select parent, count(*) as children
from lineage
where not exists (select 1 from models where models.id = lineage.parent)
group by parent
order by children desc, parent
limit 100`,
  },
  {
    name: 'collected',
    title: 'Repos in the most collections',
    sql: `select kind, min(id) as id, count(distinct collection_hub_id) as collections
from collection_items
where kind in ('model', 'dataset', 'space')
group by kind, lower(id)
order by collections desc, kind, id
limit 50`,
  },
  {
    name: 'passes',
    title: 'The latest passes over the Hub and how they ended',
    sql: `select kind, scope, state, repos, inserted, updated, removed, requests, started_at, finished_at - started_at as took
from passes
order by started_at desc
limit 20`,
  },
]

/** In the order of the list. Those with parameters come last. */
export const NAMED_QUERIES: readonly NamedQuery[] = [...OVERVIEWS, LICENSE_AUDIT, ...DEPENDENCE, ...OVER_TIME]

export function findNamedQuery(name: string): NamedQuery | undefined {
  return NAMED_QUERIES.find((query) => query.name === name)
}
