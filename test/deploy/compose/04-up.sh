title "docker compose up"
[ -d secrets ] || check 'deploy/make-secrets.sh makes the secrets' deploy/make-secrets.sh
node --eval "require('net').createServer().listen(8000, '127.0.0.1')" &
squatter=$!
await 30 'Another program listens on port 8000' bash -c 'exec 3<> /dev/tcp/127.0.0.1/8000'
refuse 'A port in use is named' '8000' docker compose up --build --detach --scale worker=2
kill $squatter
wait $squatter || true

began=$SECONDS
check 'docker compose up starts everything' docker compose up --build --detach --scale worker=2
await 300 'All services become healthy' is_all_healthy
figure 'from `docker compose up` until all is healthy' "$((SECONDS - began)) s (with a built image)"
check 'hubdex status runs in the server' docker compose exec server hubdex status
equal 'There are two workers' 2 "$(containers worker | wc -l)"

page() {
  curl --silent --show-error --max-time 15 "http://127.0.0.1:8000$1"
}
check 'The server is healthy from outside' grep -q '"status":"ok"' <<< "$(page /health)"
check 'Its metrics are scraped' grep -q '^hubdex_' <<< "$(page /metrics)"
check 'The page answers' grep -qi '<html' <<< "$(page /)"
for service in scheduler worker; do
  for id in $(containers $service); do
    check "/health of $service says ok" grep -q '"status":"ok"' <<< "$(health "$id" 8001)"
  done
done
equal 'The dashboard asks for the token' 401 "$(curl --silent --output /dev/null --write-out '%{http_code}' http://127.0.0.1:8000/queues)"
equal 'The dashboard opens with the token in secrets/operator_token' 200 "$(curl --silent --location --output /dev/null \
  --write-out '%{http_code}' --user "operator:$(cat secrets/operator_token)" http://127.0.0.1:8000/queues)"
