#!/usr/bin/env bash
# Builds the image and runs it once, where Docker runs and has the images that it builds on. Run by .ci/run; compose.sh does more.
set -euo pipefail
cd "$(dirname "$0")/../.."

skip() {
  echo "The image is not tested: $1."
  exit 0
}
timeout 10 docker info > /dev/null 2>&1 || skip 'no Docker runs here'
for name in NODE_IMAGE BASE_IMAGE; do
  image=${!name:-$(sed -n "s/^ARG $name=//p" Dockerfile)}
  docker image inspect "$image" > /dev/null 2>&1 || timeout 60 docker pull --quiet "$image" > /dev/null 2>&1 ||
    skip "Docker cannot get $image"
done

docker build --quiet --tag hubdex:test --build-arg NODE_IMAGE --build-arg BASE_IMAGE . > /dev/null
docker run --rm --read-only --tmpfs /tmp --tmpfs /data --cap-drop ALL --security-opt no-new-privileges hubdex:test demo --once --json |
  node -e '
    const { crawl, search, sql } = JSON.parse(require("fs").readFileSync(0, "utf8"))
    if (crawl.failures > 0 || search.hits.length === 0 || sql.length === 0) throw new Error("The demo found nothing.")'
docker image rm hubdex:test > /dev/null
echo "The image is built and runs."
