import type { NamedQuery } from './named-query.ts'

const ID = { name: 'id', type: 'text', about: 'name of a model, owner/name' } as const

/** Who depends on whom, and what would be missed. */
export const DEPENDENCE: readonly NamedQuery[] = [
  {
    name: 'dependents',
    title: 'Models that derive from a model, at any distance, and Spaces that use it',
    parameters: [ID],
    sql: `with recursive derived (id, depth) as (
  select cast({{id}} as text), 0
  union
  select lineage.child, derived.depth + 1
  from derived join lineage on lineage.parent = derived.id
  where derived.depth < 1000 and lineage.child <> {{id}}
),
nearest as (select id, min(depth) as depth from derived group by id)
select 'model' as kind, models.id, nearest.depth as steps, models.pipeline_tag as task_or_sdk, models.license, models.downloads,
  models.likes
from nearest join models on models.id = nearest.id
where nearest.depth > 0
union all
select 'space', spaces.id, 1, spaces.sdk, spaces.license, spaces.downloads, spaces.likes
from spaces where {{id}} = any(spaces.models)
order by downloads desc nulls last, likes desc, id`,
  },
  {
    name: 'disappeared',
    title: 'Repos that disappeared since a given day, with what depended on them, most needed first',
    parameters: [{ name: 'since', type: 'day', about: 'the first day', default: '30d' }],
    sql: `with gone as (
  select kind, id, author, license, downloads, likes, removed_at, removed_cause from repos where removed_at >= {{since}}
),
children as (select parent, count(*) as models from lineage group by parent),
users as (
  select used.id, count(*) as spaces
  from (select unnest(models) as id from spaces union all select unnest(datasets) from spaces) as used
  group by used.id
)
select gone.kind, gone.id, gone.removed_cause as cause, gone.removed_at, gone.license, gone.downloads, gone.likes,
  coalesce(children.models, 0) as derived_models, coalesce(users.spaces, 0) as using_spaces
from gone
left join children on children.parent = gone.id and gone.kind = 'model'
left join users on users.id = gone.id and gone.kind <> 'space'
order by derived_models desc, using_spaces desc, gone.downloads desc nulls last, gone.id`,
  },
  {
    name: 'families',
    title: 'Families of models by base, with their fine-tunes and quantizations, most downloaded family first',
    parameters: [{ name: 'limit', type: 'number', about: 'number of families', default: '50' }],
    sql: `with members as (
  select parent, child_hub_id, bool_or(relation = 'quantized') as is_quantized, bool_or(relation = 'finetune') as is_finetune,
    bool_or(relation = 'adapter') as is_adapter, bool_or(relation = 'merge') as is_merge
  from lineage group by parent, child_hub_id
),
families as (
  select members.parent, count(*) as members, count(*) filter (where is_quantized) as quantized,
    count(*) filter (where is_finetune) as finetunes, count(*) filter (where is_adapter) as adapters,
    count(*) filter (where is_merge) as merges, count(distinct child.author) as authors, sum(child.downloads) as downloads
  from members join models as child on child.hub_id = members.child_hub_id
  group by members.parent
)
select families.parent as base, base.license, families.members, families.quantized, families.finetunes, families.adapters,
  families.merges, families.authors, coalesce(base.downloads, 0) + coalesce(families.downloads, 0) as downloads
from families left join models as base on base.id = families.parent
order by downloads desc, base
limit {{limit}}`,
  },
  {
    name: 'models-like',
    title: 'Models like this one: the same base or task, a similar size, an allowed license; most used first',
    parameters: [
      ID,
      {
        name: 'licenses',
        type: 'list',
        about: 'allowed licenses, separated by commas',
        default: 'apache-2.0,mit,bsd-3-clause,cc-by-4.0',
      },
    ],
    sql: `with allowed (position, license) as ({{licenses}}),
this as (select id, pipeline_tag, parameters from models where id = {{id}}),
bases as (select parent from lineage where child = {{id}} union select {{id}}),
relatives as (select child as id from lineage where parent in (select parent from bases) union select parent from bases)
select models.id, models.license, models.parameters, models.pipeline_tag as task, relatives.id is not null as same_base,
  models.downloads, models.likes, cast(models.last_modified as date) as last_modified
from models
cross join this
left join relatives on relatives.id = models.id
where models.id <> this.id
  and (models.pipeline_tag = this.pipeline_tag or relatives.id is not null)
  and (this.parameters is null or models.parameters between this.parameters / 2 and this.parameters * 2)
  and models.license in (select license from allowed)
order by same_base desc, models.downloads desc nulls last, models.likes desc, models.id
limit 100`,
  },
]
