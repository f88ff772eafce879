title "A second project on the same machine"
check 'An image with a clock that can be set' docker build --tag hubdex-clock - < "$repository/test/deploy/compose/clock.Dockerfile"
files=$(sed -n 's/^COMPOSE_FILE=//p' .env)
repos_before=$HUB_REPOS
export COMPOSE_FILE=$files:$repository/test/deploy/compose/other-project.yml COMPOSE_PROJECT_NAME=other
export PAGE_ADDRESS=127.0.0.1:8001 HUB_REPOS=500

check 'Its Postgres starts' docker compose up --detach --wait postgres
check 'Its catalog is created' docker compose up migrate
# Holds the disk in memory while Postgres restarts, and fills it.
docker run --detach --label hubdex-test --name hubdex-test-disk --user 0 --volume other_postgres:/disk --entrypoint sleep \
  hubdex:0.1.0 infinity > /dev/null
on_disk() {
  docker exec hubdex-test-disk sh -c "$1"
}

title "A full disk"
on_disk 'dd if=/dev/zero of=/disk/ballast bs=1M 2> /dev/null; dd if=/dev/zero of=/disk/ballast-2 bs=1k 2> /dev/null; true'
docker compose up --detach > /dev/null 2>&1 || true
says() {
  docker compose logs --no-log-prefix "$1" 2>&1 | grep -Ei "$2"
}
await 180 'Postgres says that the disk is full' says postgres 'No space left on device'
on_disk 'rm /disk/ballast*'
await 300 'There is space again: all starts' docker compose up --detach
await 300 'All becomes healthy' is_all_healthy
await 600 'The catalog is complete' is_complete
check 'The catalog equals the Hub' compare_with_hub
equal 'The first project and this one have volumes of their own' 1 "$(docker volume ls --quiet --filter name=other_postgres | wc -l)"

title "Clocks that jump"
clocks() {
  local id
  for id in $(containers worker); do docker exec "$id" sh -c "echo $1 > /tmp/clock"; done
}
for jump in +1h -1h +400d +0; do
  clocks $jump
  crawl_again
  await 600 "The clocks of the workers jump to $jump: the catalog becomes complete" is_complete
  await 180 'The workers are healthy' is_healthy worker
done
check 'The catalog equals the Hub' compare_with_hub

title "Postgres with 64 MB"
# It may have restarted while the disk was full, so that restarts are not counted.
server_state() {
  docker inspect --format '{{.State.Running}} {{.State.StartedAt}}' "$(containers server)"
}
server_is_running() {
  [ "$(server_state)" = "$server_before" ]
}
server_before=$(server_state)
export POSTGRES_MEMORY=64M
crawl_again
docker compose up --detach --no-deps postgres > /dev/null 2>&1
# is_out_of_memory SERVICE: the kernel has ended a process of it.
is_out_of_memory() {
  [ "$(docker inspect --format '{{.RestartCount}}' "$(containers "$1")")" -gt 0 ] || says "$1" 'signal 9|out of memory'
}
await 180 'It is out of memory' is_out_of_memory postgres
check 'The server stays up and waits for it' server_is_running
unset POSTGRES_MEMORY
await 180 'It gets its memory back' docker compose up --detach
await 300 'All becomes healthy' is_all_healthy
await 600 'The catalog is complete' is_complete
check 'The catalog equals the Hub' compare_with_hub

title "A volume of another version"
docker compose stop > /dev/null 2>&1
on_disk 'cp -p /disk/18/docker/PG_VERSION /disk/version && echo 17 > /disk/18/docker/PG_VERSION'
docker compose up --detach --no-deps postgres > /dev/null 2>&1
await 60 'Postgres refuses data of another version, and says so' says postgres 'incompatible'
on_disk 'cp -p /disk/version /disk/18/docker/PG_VERSION'
await 180 'The right version starts' docker compose up --detach
await 300 'All becomes healthy' is_all_healthy

if has_meilisearch; then
  # with_its_volume COMMAND: in a container of root, with the volume of Meilisearch at /data and another one at /copy.
  with_its_volume() {
    docker run --rm --user 0 --volume other_meilisearch:/data --volume other_copy:/copy --entrypoint sh hubdex:0.1.0 -c "$1"
  }
  check_index() {
    docker compose exec -T server hubdex index check --sample 2000
  }

  title "Meilisearch with 64 MB"
  server_before=$(server_state)
  docker update --memory 64m --memory-swap 64m "$(containers meilisearch)" > /dev/null
  docker compose exec -T server hubdex index rebuild > /dev/null 2>&1 || true
  await 180 'It is out of memory' is_out_of_memory meilisearch
  check 'The server stays up and waits for it' server_is_running
  check 'It gets its memory back' docker compose up --detach --force-recreate --no-deps meilisearch
  await 180 'All becomes healthy' is_all_healthy
  check 'The index is rebuilt' docker compose exec -T server hubdex index rebuild
  check 'The index equals the catalog' check_index

  title "Meilisearch with older data"
  docker compose stop meilisearch > /dev/null 2>&1
  with_its_volume 'cp --archive /data/. /copy'
  docker compose start meilisearch > /dev/null 2>&1
  await 60 'It starts again' is_healthy meilisearch
  forgotten=$(sql 'select hub_id from repos where removed_at is null limit 1')
  check 'A repo is deleted from the catalog' docker compose exec -T server hubdex forget --yes "$forgotten"
  await 180 'The index equals the catalog' check_index
  docker compose stop meilisearch > /dev/null 2>&1
  with_its_volume 'rm -r /data/* && cp --archive /copy/. /data'
  docker compose start meilisearch > /dev/null 2>&1
  await 60 'It starts with its older data' is_healthy meilisearch
  refuse 'hubdex index check says that the index differs' . check_index
  check 'hubdex index repair corrects it' docker compose exec -T server hubdex index repair
  check 'The index equals the catalog' check_index

  title "Meilisearch with data of another version"
  docker compose stop meilisearch > /dev/null 2>&1
  with_its_volume 'echo 1.1.0 > /data/data.ms/VERSION'
  docker compose up --detach --no-deps meilisearch > /dev/null 2>&1
  await 60 'It refuses them, and says so' says meilisearch 'incompatible|version'
fi

docker rm --force hubdex-test-disk > /dev/null
check 'It is removed' docker compose down --volumes
docker volume rm --force other_copy > /dev/null
unset COMPOSE_FILE COMPOSE_PROJECT_NAME PAGE_ADDRESS
export HUB_REPOS=$repos_before
check 'The first project has not noticed' is_all_healthy
