title "Restore into an empty server"
docker compose down --volumes > /dev/null 2>&1
check 'An empty Postgres starts' docker compose up --detach --wait postgres
docker compose exec -T postgres psql --username=postgres --command='create role hubdex_reader nologin' --command='grant hubdex_reader to hubdex' --command='create role hubdex_readers nologin' > /dev/null
docker compose exec -T postgres pg_restore --username=postgres --dbname=hubdex --exit-on-error < hubdex.dump
passed 'The dump is restored'
[ "$(stages_done)" -le "$at_backup" ] || failed 'The state is that of the dump'
check 'Everything starts' docker compose up --detach
await 300 'All services become healthy' is_all_healthy
if has_meilisearch; then
  check 'The index is rebuilt' docker compose exec server hubdex index rebuild
fi
await 1200 'The crawl resumes from the dump, and completes' is_complete
check 'The catalog equals the Hub' compare_with_hub

if has_meilisearch; then
  title "Meilisearch begins from scratch, as for a new version that refuses old data"
  docker compose rm --stop --force meilisearch meilisearch-volume > /dev/null 2>&1
  docker volume rm hubdex_meilisearch > /dev/null
  check 'Everything starts' docker compose up --detach
  await 300 'All services become healthy' is_all_healthy
  check 'The index is rebuilt' docker compose exec server hubdex index rebuild
  check 'The index equals the catalog' docker compose exec -T server hubdex index check
fi
