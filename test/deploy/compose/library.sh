# What the steps of test/deploy/compose.sh use. Every check ends the run if it fails.

checks=0
started_at=$SECONDS
report=$(mktemp)
checkout=''
current=''

# title TEXT: begins a step.
title() {
  current=$1
  printf '\n[%4d s] %s\n' $((SECONDS - started_at)) "$1"
}

passed() {
  checks=$((checks + 1))
  printf '  ok: %s\n' "$1"
}

failed() {
  printf '  FAILED: %s\n' "$1" >&2
  shift
  [ $# = 0 ] || printf '    %s\n' "$@" >&2
  exit 1
}

# check SENTENCE COMMAND…: the command succeeds.
check() {
  local sentence=$1 output
  shift
  output=$("$@" 2>&1) || failed "$sentence" "$*" "$(tail -n 20 <<< "$output")"
  passed "$sentence"
}

# refuse SENTENCE PATTERN COMMAND…: the command fails, and says something that matches the pattern.
refuse() {
  local sentence=$1 pattern=$2 output
  shift 2
  ! output=$("$@" 2>&1) || failed "$sentence" "Expected it to fail: $*" "$(tail -n 5 <<< "$output")"
  grep -Eqi "$pattern" <<< "$output" || failed "$sentence" "Expected output that matches: $pattern" "$(tail -n 20 <<< "$output")"
  passed "$sentence"
}

# equal SENTENCE EXPECTED FOUND
equal() {
  [ "$2" = "$3" ] || failed "$1" "expected: $2" "found:    $3"
  passed "$1"
}

# await SECONDS SENTENCE COMMAND…: the command succeeds at last.
await() {
  local deadline=$((SECONDS + $1)) limit=$1 sentence=$2 output
  shift 2
  until output=$("$@" 2>&1); do
    [ $SECONDS -lt $deadline ] || failed "$sentence (within $limit s)" "$*" "$(tail -n 20 <<< "$output")"
    sleep 1
  done
  passed "$sentence"
}

# figure NAME VALUE: a line of the report.
figure() {
  printf '%-46s %s\n' "$1" "$2" | tee -a "$report"
}

# A copy of the repository, so that neither its files nor its secrets are touched. `.env` holds what a person would set there.
prepare_checkout() {
  checkout=$(mktemp --directory)
  git -C "$repository" ls-files -z --cached --others --exclude-standard |
    tar --create --directory "$repository" --null --files-from - | tar --extract --directory "$checkout"
  cd "$checkout"
  local name files=docker-compose.yml
  has_meilisearch || files=$files:deploy/without-meilisearch.yml
  {
    echo "COMPOSE_FILE=$files:$repository/test/deploy/compose/sample-hub.yml"
    echo 'HF_ENDPOINT=http://sample-hub:8642'
    for name in BASE_IMAGE NODE_IMAGE POSTGRES_IMAGE REDIS_IMAGE MEILISEARCH_IMAGE; do
      if [ -n "${!name:-}" ]; then echo "$name=${!name}"; fi
    done
  } > .env
  remove_everything
}

need_ports() {
  local port
  for port in "$@"; do
    ! (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null || failed "Port $port is free" 'Another program listens on it. End it first.'
  done
}

has_meilisearch() {
  [ "${STAND_INS:-yes}" = no ] || [ -n "${MEILISEARCH_BINARY:-}" ]
}

remove_everything() {
  local project
  for project in hubdex other; do
    docker compose --project-name "$project" down --volumes --remove-orphans --timeout 1 > /dev/null 2>&1 || true
  done
  docker rm --force hubdex > /dev/null 2>&1 || true
  docker ps --all --quiet --filter label=hubdex-test | xargs --no-run-if-empty docker rm --force --volumes > /dev/null
  docker volume ls --quiet --filter name=hubdex --filter name=other | xargs --no-run-if-empty docker volume rm --force > /dev/null
}

finish() {
  local code=$1
  trap - EXIT
  set +e
  [ -z "${squatter:-}" ] || kill "$squatter" 2> /dev/null
  if [ -n "$checkout" ]; then
    if [ "$code" != 0 ]; then
      printf '\nFailed in: %s\n' "$current" >&2
      docker ps --all >&2
      docker compose logs --tail 30 >&2
    fi
    remove_everything
    cd "$repository"
    rm -rf "$checkout"
  fi
  stop_docker
  if [ "$code" = 0 ]; then
    printf '\n%s checks passed in %s s.\n' "$checks" $((SECONDS - started_at))
    cat "$report"
    has_meilisearch || echo 'Without Meilisearch: no MEILISEARCH_BINARY was given. Search was in Postgres.'
  fi
  rm -f "$report"
  exit "$code"
}

# sql STATEMENT: rows of a superuser, columns separated by `|`.
sql() {
  docker compose exec -T postgres psql --username=postgres --dbname=hubdex --no-psqlrc --tuples-only --no-align --command="$1"
}

# Containers of a service, by id.
containers() {
  docker compose ps --quiet "$@"
}

# is_healthy SERVICE…: all containers of these services are healthy, and there are as many as WORKERS says for workers.
is_healthy() {
  local service id
  for service in "$@"; do
    [ -n "$(containers "$service")" ] || return 1
    for id in $(containers "$service"); do
      [ "$(docker inspect --format '{{.State.Health.Status}}' "$id")" = healthy ] || return 1
    done
  done
}

engines() {
  ! has_meilisearch || echo meilisearch
  printf '%s\n' postgres redis
}

# shellcheck disable=SC2046
is_all_healthy() {
  is_healthy $(engines) sample-hub scheduler worker server
}

# health CONTAINER PORT: what /health says, from inside the container.
health() {
  docker exec "$1" node --eval "fetch('http://127.0.0.1:$2/health').then(async (answer) => console.log(await answer.text()))"
}

# json EXPRESSION: evaluates it on the JSON document `it` on stdin, and prints the result.
json() {
  node --eval "const it = JSON.parse(require('fs').readFileSync(0, 'utf8')); console.log($1)"
}

# has_verdict CODE…: `hubdex status` says all these.
has_verdict() {
  local codes code
  codes=$(docker compose exec -T server hubdex status --exact --json | json 'it.verdict.map(({ code }) => code).join(" ")')
  echo "$codes"
  for code in "$@"; do [[ " $codes " = *" $code "* ]] || return 1; done
}

is_complete() {
  has_verdict complete stages-done && [ "$(sql 'select count(*) from catalog.search_outbox')" = 0 ]
}

# The number of stages that are done, which grows during a crawl.
stages_done() {
  sql 'select count(*) from catalog.repo_stages'
}

# has_progressed FROM: more stages are done than before, or all of them.
has_progressed() {
  [ "$(stages_done)" -gt "$1" ] || is_complete
}

# Fetches all stages of all repos a second time.
crawl_again() {
  sql 'delete from catalog.repo_stages' > /dev/null
}

# await_progress SENTENCE: the crawl is under way. If it has ended, another one begins.
await_progress() {
  local before
  ! is_complete > /dev/null 2>&1 || crawl_again
  before=$(stages_done)
  await 300 "$1" has_progressed "$before"
}

# The repos of the catalog equal those of the sample Hub, in content and counters.
compare_with_hub() {
  sql "select format('%s %s %s %s %s %s %s', r.kind, r.hub_id, r.id, replace(r.content_hash::text, '-', ''), c.downloads, c.likes,
      c.trending_score)
    from catalog.repos r join catalog.repo_counters c using (hub_id) where r.removed_at is null and r.kind <> 'collection'" |
    node "$repository/test/deploy/compose/compare-with-hub.ts" "$HUB_REPOS" "$HUB_SEED"
}
