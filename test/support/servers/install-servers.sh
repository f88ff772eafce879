#!/bin/sh
# Installs missing servers and the browser for the tests, as root on a machine with apt-get. Elsewhere it prints what is missing, and the tests
# that need it are skipped. It starts none: each test run starts its own.
set -eu

missing=''
if [ -z "${DATABASE_URL:-}" ] && ! command -v postgres >/dev/null && ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
  missing=' postgresql'
fi
if [ -z "${REDIS_URL:-}" ] && ! command -v redis-server >/dev/null; then
  missing="$missing redis-server"
fi
# Optional: newer releases of Debian have pgvector as a package, without which its tests are skipped.
vector=''
for control in /usr/share/postgresql/*/extension; do
  version=$(basename "$(dirname "$control")")
  [ -d "$control" ] && [ ! -e "$control/vector.control" ] || continue
  apt-cache show "postgresql-$version-pgvector" >/dev/null 2>&1 && vector="$vector postgresql-$version-pgvector"
done
missing="$missing$vector"
if [ -z "${CHROMIUM_PATH:-}" ] && ! command -v chromium >/dev/null; then
  missing="$missing chromium"
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "For all tests, install:$missing, or give DATABASE_URL, REDIS_URL and CHROMIUM_PATH, or start Docker." >&2
  exit 0
fi

echo "Installing for the tests:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# In runlevel 1 packages do not start their services.
# shellcheck disable=SC2086
if ! log=$({ apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $missing; } 2>&1); then
  echo "apt-get could not install:$missing. Tests that need them are skipped. It said:" >&2
  echo "$log" | tail -n 5 >&2
fi
