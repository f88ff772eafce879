title "Disturbances during the crawl"
has_stages() {
  [ "$(stages_done)" -gt 0 ]
}
await 300 'The crawl has begun with the stages' has_stages

victim=$(containers worker | sed -n 1p)
docker kill "$victim" > /dev/null
await_progress 'A worker is killed: the other one continues'
# Docker does not restart what a person has killed.
check 'docker compose up starts it again' docker compose up --detach --scale worker=2
await 180 'All is healthy again' is_all_healthy

# The kernel takes the process that is named, as soon as the container has no memory left.
victim=$(containers worker | sed -n 1p)
restarts=$(docker inspect --format '{{.RestartCount}}' "$victim")
for pid in $(docker top "$victim" -eo pid,comm | awk '$2 ~ /^(node|MainThread)/ { print $1 }'); do echo 1000 > "/proc/$pid/oom_score_adj"; done
docker exec "$victim" node --eval 'const kept = []; for (;;) kept.push(Buffer.alloc(8e6, 1))' > /dev/null 2>&1 || true
has_restarted() {
  [ "$(docker inspect --format '{{.RestartCount}}' "$victim")" -gt "$restarts" ]
}
await 120 'A worker that is out of memory is killed in mid-task, and restarts by itself' has_restarted
await 180 'It becomes healthy' is_healthy worker
await_progress 'The crawl continues'

docker compose restart postgres > /dev/null 2>&1
await 180 'Postgres restarts: all becomes healthy' is_all_healthy
await_progress 'The crawl continues'

redis() {
  docker compose exec -T redis sh -c "REDISCLI_AUTH=\$(cat /run/secrets/redis_password) redis-cli $*"
}
redis flushall > /dev/null
await_progress 'Redis is emptied: the crawl continues'
docker compose restart redis > /dev/null 2>&1
await 180 'Redis restarts: all becomes healthy' is_all_healthy
await_progress 'The crawl continues'

if has_meilisearch; then
  docker compose stop meilisearch > /dev/null 2>&1
  server_is_failing() {
    page /health | grep -q '"search":{"ok":false'
  }
  await 60 'Meilisearch is stopped: /health says so' server_is_failing
  await_progress 'The crawl continues without it'
  sleep 60
  docker compose start meilisearch > /dev/null 2>&1
  await 180 'Meilisearch starts: all becomes healthy' is_all_healthy
fi

check 'Four workers' docker compose up --detach --scale worker=4
await 180 'All four become healthy' is_all_healthy
equal 'There are four' 4 "$(containers worker | wc -l)"
check 'And two again' docker compose up --detach --scale worker=2
equal 'There are two' 2 "$(containers worker | wc -l)"
await_progress 'The crawl continues'
