title "A backup during the crawl"
docker compose exec -T postgres pg_dump --username=postgres --format=custom hubdex > hubdex.dump
at_backup=$(stages_done)
[ -s hubdex.dump ] || failed 'The dump has content'
passed "The dump has $(($(stat --format %s hubdex.dump) / 1000)) kB"
