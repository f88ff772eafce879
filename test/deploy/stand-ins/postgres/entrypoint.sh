#!/bin/bash
# Creates the database when its folder is new, runs /docker-entrypoint-initdb.d, and becomes the server.
set -euo pipefail

if [ "${1#-}" != "$1" ]; then set -- postgres "$@"; fi
[ "$1" = postgres ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
  install --directory --owner=postgres --group=postgres --mode=0700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --clear-groups "$BASH_SOURCE" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  chmod 0700 "$PGDATA"
  export POSTGRES_USER=${POSTGRES_USER:-postgres}
  password=${POSTGRES_PASSWORD:-}
  [ -z "${POSTGRES_PASSWORD_FILE:-}" ] || password=$(cat "$POSTGRES_PASSWORD_FILE")
  method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  if [ -z "$password" ] && [ "$method" != trust ]; then
    echo 'Database is uninitialized and superuser password is not specified.' >&2
    exit 1
  fi
  # shellcheck disable=SC2086
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "${password:-none}") ${POSTGRES_INITDB_ARGS:-}
  echo "host all all all $method" >> "$PGDATA/pg_hba.conf"
  # Only on the socket until all is set up.
  pg_ctl --options='-c listen_addresses=' --wait start
  export PGHOST=/run/postgresql
  for script in /docker-entrypoint-initdb.d/*; do
    case $script in
      *.sh) if [ -x "$script" ]; then "$script"; else . "$script"; fi ;;
      *.sql) psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --no-psqlrc --file="$script" ;;
    esac
  done
  unset PGHOST
  pg_ctl --mode=fast --wait stop
fi
exec "$@" -c listen_addresses='*'
