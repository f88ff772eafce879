import type { NamedQuery } from './named-query.ts'

/** What changed, and how the Hub grows. */
export const OVER_TIME: readonly NamedQuery[] = [
  {
    name: 'changes',
    title: 'Changes of license, gating or base models since a given day, of the most downloaded repos first',
    parameters: [{ name: 'since', type: 'day', about: 'the first day', default: '30d' }],
    sql: `select repo_events.kind, repo_events.id, repo_events.event, repo_events.old_value, repo_events.new_value,
  repo_events.happened_at, repos.downloads
from repo_events join repos on repos.hub_id = repo_events.hub_id
where repo_events.event in ('license', 'gated', 'base_models') and repo_events.happened_at >= {{since}}
order by repos.downloads desc nulls last, repo_events.id, repo_events.happened_at, repo_events.event`,
  },
  {
    name: 'growth-by-task',
    title: 'Models created per month and task, with the sum until then',
    sql: `select substr(cast(created_at at time zone 'UTC' as text), 1, 7) as month, coalesce(pipeline_tag, '(none)') as task,
  count(*) as models,
  sum(count(*)) over (partition by coalesce(pipeline_tag, '(none)')
    order by substr(cast(created_at at time zone 'UTC' as text), 1, 7)) as models_until_then
from models where created_at is not null
group by substr(cast(created_at at time zone 'UTC' as text), 1, 7), coalesce(pipeline_tag, '(none)')
order by month desc, models desc, task`,
  },
  {
    name: 'growth-by-library',
    title: 'Models created per month and library, with the sum until then',
    sql: `select substr(cast(created_at at time zone 'UTC' as text), 1, 7) as month, coalesce(library_name, '(none)') as library,
  count(*) as models,
  sum(count(*)) over (partition by coalesce(library_name, '(none)')
    order by substr(cast(created_at at time zone 'UTC' as text), 1, 7)) as models_until_then
from models where created_at is not null
group by substr(cast(created_at at time zone 'UTC' as text), 1, 7), coalesce(library_name, '(none)')
order by month desc, models desc, library`,
  },
  {
    name: 'authors-rising',
    title: 'Owners whose models and datasets gained the most downloads since a given day, within the history that is stored',
    parameters: [{ name: 'since', type: 'day', about: 'the day to compare with', default: '30d' }],
    sql: `with days as (
  select hub_id, coalesce(max(day) filter (where day <= {{since}}), min(day)) as first_day, max(day) as last_day
  from repo_history group by hub_id
),
moved as (select hub_id, first_day from days where first_day < last_day)
select repos.author, count(*) as repos, sum(before.downloads) as downloads_before, sum(repos.downloads) as downloads_now,
  sum(repos.downloads) - sum(before.downloads) as gained
from moved
join repo_history as before on before.hub_id = moved.hub_id and before.day = moved.first_day
join repos on repos.hub_id = moved.hub_id
where repos.removed_at is null and repos.author is not null and before.downloads is not null and repos.downloads is not null
group by repos.author
having sum(repos.downloads) > sum(before.downloads)
order by gained desc, repos.author
limit 50`,
  },
  {
    name: 'stale-but-popular',
    title: 'Repos with many downloads that have not changed since a given day',
    parameters: [{ name: 'since', type: 'day', about: 'no change since this day', default: '365d' }],
    sql: `select kind, id, license, downloads, likes, cast(last_modified as date) as last_modified
from repos
where removed_at is null and last_modified < {{since}} and downloads is not null
order by downloads desc, id
limit 100`,
  },
  {
    name: 'as-of',
    title: 'Live repos as they were at the end of a day: license from the events, counters from the history that is stored',
    parameters: [
      { name: 'day', type: 'day', about: 'the day, UTC' },
      { name: 'limit', type: 'number', about: 'number of repos', default: '1000' },
    ],
    sql: `with later as (
  select hub_id, old_value, row_number() over (partition by hub_id order by happened_at) as place
  from repo_events where event = 'license' and happened_at >= ({{day}} + interval '1 day') at time zone 'UTC'
),
days as (select hub_id, max(day) as day from repo_history where day <= {{day}} group by hub_id)
select repos.kind, repos.id, case when later.hub_id is null then repos.license else later.old_value end as license,
  counted.downloads, counted.likes, counted.day as counted_on,
  case when repos.first_seen_at >= ({{day}} + interval '1 day') at time zone 'UTC' then 'first seen later' end as note
from repos
left join later on later.hub_id = repos.hub_id and later.place = 1
left join days on days.hub_id = repos.hub_id
left join repo_history as counted on counted.hub_id = days.hub_id and counted.day = days.day
where coalesce(repos.created_at, repos.first_seen_at) < ({{day}} + interval '1 day') at time zone 'UTC'
  and (repos.removed_at is null or repos.removed_at >= ({{day}} + interval '1 day') at time zone 'UTC')
order by counted.downloads desc nulls last, repos.likes desc nulls last, repos.kind, repos.id
limit {{limit}}`,
  },
  {
    name: 'datasets-with',
    title: 'Datasets that have all the given columns, largest first',
    parameters: [{ name: 'columns', type: 'list', about: 'names of columns, separated by commas' }],
    sql: `with wanted (position, name) as ({{columns}}),
found as (
  select dataset_columns.hub_id, dataset_columns.config, dataset_columns.split
  from dataset_columns join wanted on lower(dataset_columns.path) = lower(wanted.name)
  group by dataset_columns.hub_id, dataset_columns.config, dataset_columns.split
  having count(distinct lower(dataset_columns.path)) = (select count(distinct lower(name)) from wanted)
)
select datasets.id, found.config, found.split, parquet_splits.rows, datasets.license, datasets.downloads, datasets.likes
from found
join datasets on datasets.hub_id = found.hub_id
left join parquet_splits on parquet_splits.hub_id = found.hub_id and parquet_splits.config = found.config
  and parquet_splits.split = found.split
order by parquet_splits.rows desc nulls last, datasets.id, found.config, found.split
limit 1000`,
  },
]
