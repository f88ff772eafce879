title "The end of the crawl"
await 1200 'The catalog is complete, with all stages' is_complete
check 'The catalog equals the Hub' compare_with_hub
equal 'The repos of each kind add up' "$HUB_REPOS" "$(sql 'select count(*) from repos where removed_at is null')"
equal 'No task has failed for good' 0 "$(sql 'select count(*) from catalog.failures')"
equal 'No repo is taken for deleted' 0 "$(sql 'select count(*) from repos where removed_at is not null')"

# facets FIELD: values and counts as the search engine counts them, in the order of their names.
facets() {
  docker compose exec -T server hubdex search --json --limit 0 --facet "$1" --facet-limit 1000 |
    json "Object.entries(it.facets['$1']).sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, count]) => value + '|' + count).join('\n')"
}
# A repo counts once for each of its licenses.
declare -A rows=(
  [kind]='select kind from catalog.repos where removed_at is null'
  [license]='select unnest(licenses) from models union all select unnest(licenses) from datasets
    union all select unnest(licenses) from spaces'
  [sdk]='select sdk from spaces where sdk is not null'
)
for field in kind license sdk; do
  equal "The facet $field equals SQL" \
    "$(sql "select value, count(*) from (${rows[$field]}) as r (value) group by 1 order by value collate \"C\"")" "$(facets $field)"
done
check 'The index equals the catalog' docker compose exec -T server hubdex index check --sample 2000

for id in $(docker compose ps --quiet); do
  name=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}' "$id")
  figure "memory of $name at $HUB_REPOS repos" "$(docker stats --no-stream --format '{{.MemUsage}}' "$id" | cut -d ' ' -f 1)"
done
figure 'disk of Postgres' "$(sql "select pg_size_pretty(pg_database_size('hubdex'))")"

title "Down and up again"
check 'docker compose down' docker compose down
began=$SECONDS
check 'docker compose up' docker compose up --detach --scale worker=2
await 300 'All services become healthy' is_all_healthy
figure 'from `docker compose up` with a catalog' "$((SECONDS - began)) s"
await 300 'Nothing is lost' is_complete
check 'The catalog equals the Hub' compare_with_hub
