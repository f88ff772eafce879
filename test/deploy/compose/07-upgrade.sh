title "An upgrade during the crawl"
before=$(docker image inspect --format '{{.Id}}' hubdex:0.1.0)
echo '// A new version.' >> src/cli/main.ts
check 'The new version is built and replaces the old one' docker compose up --build --detach --scale worker=2
after=$(docker image inspect --format '{{.Id}}' hubdex:0.1.0)
[ "$before" != "$after" ] || failed 'The image is a new one'
for service in scheduler worker server; do
  for id in $(containers $service); do
    equal "$service runs the new image" "$after" "$(docker inspect --format '{{.Image}}' "$id")"
  done
done
await 300 'All becomes healthy' is_all_healthy
await_progress 'The crawl continues'

title "New secrets"
openssl rand -hex 24 > secrets/operator_token
check 'docker compose up --force-recreate replaces the containers' docker compose up --force-recreate --detach
await 300 'All becomes healthy' is_all_healthy
equal 'The new token opens the dashboard' 200 "$(curl --silent --location --output /dev/null --write-out '%{http_code}' \
  --user "operator:$(cat secrets/operator_token)" http://127.0.0.1:8000/queues)"
equal 'There are still two workers' 2 "$(containers worker | wc -l)"
