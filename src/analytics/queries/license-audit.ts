import type { NamedQuery } from './named-query.ts'

/** Licenses that put no condition on what a derived model may be licensed under, beyond naming the source. */
const PERMISSIVE = [
  'mit',
  'apache-2.0',
  'bsd',
  'bsd-2-clause',
  'bsd-3-clause',
  'bsd-3-clause-clear',
  'isc',
  'zlib',
  'unlicense',
  'wtfpl',
  'cc0-1.0',
  'cc-by-2.0',
  'cc-by-2.5',
  'cc-by-3.0',
  'cc-by-4.0',
  'pddl',
  'odc-by',
  'cdla-permissive-1.0',
  'cdla-permissive-2.0',
  'bsl-1.0',
  'ecl-2.0',
  'afl-3.0',
  'ncsa',
  'postgresql',
  'ms-pl',
  'artistic-2.0',
]

/**
 * Every asked model with its ancestors. `walk` finds them: equal rows are dropped, and a bound on the depth ends circles. `nearest`
 * has each ancestor once, reached in the fewest steps from one child, so that `way` follows one path and not all of them, of which
 * merges of merges have thousands. What each round of a recursion reads is materialized: otherwise DuckDB reads its files in each.
 */
export const LICENSE_AUDIT: NamedQuery = {
  name: 'license-audit',
  title: 'Licenses of a list of models with all they derive from: declared, inherited, conflicting, missing or unknown',
  parameters: [{ name: 'list', type: 'list', about: 'names of models, separated by commas, or a file with one per line' }],
  sql: `with recursive asked (position, name) as ({{list}}),
named as (
  select asked.position, asked.name, coalesce(min(models.id), min(former.id)) as id
  from asked
  left join models on lower(models.id) = lower(asked.name)
  left join repo_aliases as former on former.kind = 'model' and lower(former.alias) = lower(asked.name)
  group by asked.position, asked.name
),
former as materialized (
  select alias, id from repo_aliases where kind = 'model' and not exists (select 1 from models where models.id = alias)
),
edges as materialized (
  select lineage.child, lineage.parent as name, coalesce(former.id, lineage.parent) as parent
  from lineage left join former on former.alias = lineage.parent
),
walk (root, id, depth, child) as (
  select distinct id, id, 0, cast(null as text) from named where id is not null
  union
  select walk.root, edges.parent, walk.depth + 1, walk.id
  from walk join edges on edges.child = walk.id
  where walk.depth < 1000 and edges.name <> walk.root
),
nearest as (
  select root, id, min(depth) as depth from walk group by root, id
),
steps as materialized (
  select walk.root, walk.id, walk.depth, min(walk.child) as child
  from walk join nearest on nearest.root = walk.root and nearest.id = walk.id and nearest.depth = walk.depth
  group by walk.root, walk.id, walk.depth
),
way (root, id, depth, path) as (
  select id, id, 0, id from named where id is not null
  union
  select steps.root, steps.id, steps.depth, way.path || ' < ' || steps.id
  from way join steps on steps.root = way.root and steps.child = way.id and steps.depth = way.depth + 1
),
licensed as (
  select way.root, way.id, way.depth, way.path, models.license,
    own.license as own_license, models.id is null as is_unknown
  from way
  join models as own on own.id = way.root
  left join models on models.id = way.id
),
judged as (
  select root, own_license,
    count(*) - 1 as ancestors,
    count(*) filter (where is_unknown) as unknown_ancestors,
    min(case when depth > 0 and license is not null and license <> own_license and lower(license) not in (${PERMISSIVE.map((license) => `'${license}'`).join(', ')})
      then lpad(cast(depth as text), 4, '0') || path end) as conflict,
    min(case when depth > 0 and license is not null then lpad(cast(depth as text), 4, '0') || path end) as inheritance
  from licensed group by root, own_license
)
select named.name as asked, named.id, judged.own_license as license,
  case
    when named.id is null then 'unknown'
    when judged.own_license is null and judged.inheritance is null then 'missing'
    when judged.own_license is null then 'inherited'
    when judged.conflict is not null then 'conflicting'
    else 'declared'
  end as verdict,
  reason.license as base_license,
  substr(case when judged.own_license is null then judged.inheritance else judged.conflict end, 5) as why,
  judged.ancestors, judged.unknown_ancestors
from named
left join judged on judged.root = named.id
left join licensed as reason on reason.root = named.id and reason.depth > 0
  and reason.path = substr(case when judged.own_license is null then judged.inheritance else judged.conflict end, 5)
order by named.position`,
}
