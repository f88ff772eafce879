title "Everything in one container"
# Word for word as in docs/deploying.md, so it crawls the real Hub if it can. It is stopped as soon as it is healthy.
docker run --detach --name hubdex --read-only --tmpfs /tmp --volume hubdex:/data --publish 127.0.0.1:8000:8000 --stop-timeout 40 hubdex:0.1.0 > /dev/null
is_container_healthy() {
  [ "$(docker inspect --format '{{.State.Health.Status}}' hubdex)" = healthy ]
}
await 180 'It becomes healthy, even if the Hub is unreachable' is_container_healthy
page_says() {
  curl --silent --fail --max-time 15 "http://127.0.0.1:8000$1"
}
stop_with() {
  docker kill --signal "$1" hubdex > /dev/null
  equal "$1 ends it with code 0" 0 "$(docker wait hubdex)"
}
# The repos, and the collections.
has_documents() {
  docker exec hubdex hubdex status --json | json 'it.search.documents > 300' | grep -qx true
}

check 'The page is published on this machine' page_says /health
docker stop hubdex > /dev/null
equal 'docker stop ends it with code 0' 0 "$(docker inspect --format '{{.State.ExitCode}}' hubdex)"
docker rm hubdex > /dev/null
docker volume rm hubdex > /dev/null

docker run --name hubdex-test-hub --label hubdex-test --detach hubdex:0.1.0 sample-hub --host 0.0.0.0 --repos 300 --quota 0 > /dev/null
hub=http://$(docker inspect --format '{{.NetworkSettings.IPAddress}}' hubdex-test-hub):8642
docker run --detach --name hubdex --env HF_ENDPOINT="$hub" --read-only --tmpfs /tmp --volume hubdex:/data --publish 127.0.0.1:8000:8000 \
  --stop-timeout 40 hubdex:0.1.0 > /dev/null
await 180 'It becomes healthy' is_container_healthy
await 180 'It crawls, and all is found' has_documents
check 'hubdex runs in the container' docker exec hubdex hubdex search --limit 1 model
equal 'It is not root' 10001 "$(docker exec hubdex id -u)"
stop_with TERM
docker start hubdex > /dev/null
await 120 'It starts again with its catalog' has_documents
stop_with INT
docker rm hubdex > /dev/null

docker run --rm --user 0 --entrypoint cp --volume hubdex:/from --volume hubdex-copy:/data hubdex:0.1.0 --archive /from/. /data
check 'A copy of its folder opens' docker run --rm --volume hubdex-copy:/data --env HF_ENDPOINT="$hub" hubdex:0.1.0 status
docker run --rm --user 0 --entrypoint chown --volume hubdex-copy:/data hubdex:0.1.0 --recursive 4321 /data
refuse 'A volume of another user is refused with advice' 'another user|belongs to|permission denied' \
  docker run --rm --volume hubdex-copy:/data --env HF_ENDPOINT="$hub" hubdex:0.1.0 status
docker rm --force --volumes hubdex-test-hub > /dev/null
docker volume rm hubdex hubdex-copy > /dev/null
