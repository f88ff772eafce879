#!/usr/bin/env bash
# Runs hubdex in containers as docs/deploying.md says, disturbs it, and compares the catalog with the Hub in the end. Needs root on
# a Debian machine, npm, two free ports (8000, 8001) and half an hour; installs and starts what else it needs, and stops it again.
#
#   test/deploy/compose.sh [REPOS]        repos of the sample Hub (default: 600; 20000 take 45 minutes)
#
#   MEILISEARCH_BINARY=PATH               a Meilisearch for Linux; without it everything else runs, and search is in Postgres
#   STAND_INS=no                          use the real images, from a registry
#   DOCKER_HOST=unix://…                  use a Docker that runs already
#   ONLY="01 02"                          run only these steps
set -euo pipefail
cd "$(dirname "$0")/../.."

export HUB_REPOS=${1:-600} HUB_SEED=17
[ -d node_modules ] || npm install --no-audit --no-fund
export PATH=$PWD/node_modules/.bin:$PATH
repository=$PWD
source test/deploy/start-docker.sh
source test/deploy/stand-ins/build.sh
source test/deploy/compose/library.sh

trap 'finish $?' EXIT
trap 'exit 130' INT TERM
title "Docker"
start_docker
[ "${STAND_INS:-yes}" = no ] || build_stand_ins
prepare_checkout
need_ports 8000 8001
for file in "$repository"/test/deploy/compose/[0-9]*.sh; do
  number=$(basename "$file" | cut -d - -f 1)
  [ -z "${ONLY:-}" ] || [[ " $ONLY " = *" $number "* ]] || continue
  source "$file"
done
