#!/usr/bin/env bash
# Packs hubdex as `npm publish` does, installs the package elsewhere, and runs it. Finds files missing from the package, and
# imports of development dependencies, which tests of the sources cannot find. Run by `npm run test:package`.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm pack --silent --pack-destination "$folder" > /dev/null
npm install --silent --no-audit --no-fund --prefer-offline --prefix "$folder" "$folder"/hubdex-*.tgz

hubdex=$folder/node_modules/.bin/hubdex
cd "$folder"
test -f node_modules/hubdex/dist/web/index.html
"$hubdex" --version | grep -qx "$(node -p 'require("./node_modules/hubdex/package.json").version')"
"$hubdex" demo --once --json --data-dir "$folder/demo" > demo.json
node -e '
  const { crawl, search, sql } = JSON.parse(require("fs").readFileSync("demo.json", "utf8"))
  if (crawl.failures > 0 || search.hits.length === 0 || sql.length === 0) throw new Error("The demo found nothing.")'

# On an older Node, if the machine has one, hubdex prints one line that says what is wrong.
for node in $(type -ap node | sort -u); do
  [ "$("$node" -p 'Number(process.versions.node.split(".")[0]) < 22')" = true ] || continue
  ! output=$("$node" node_modules/hubdex/dist/src/cli/main.js --version 2>&1)
  [[ $(wc -l <<< "$output") = 1 && $output = *'hubdex needs Node '* ]] || { echo "$node: $output" && exit 1; }
done

# The oldest Node that is supported lacks what the newer one of the tests has.
package=node-$(node -p 'process.platform + "-" + process.arch')
oldest=$(node -p 'require("./node_modules/hubdex/package.json").engines.node.replace(">=", "")')
npm install --silent --no-audit --no-fund --prefix "$folder/oldest" "$package@$oldest"
"$folder/oldest/node_modules/$package/bin/node" node_modules/hubdex/dist/src/cli/main.js up --port 0 \
  --endpoint http://127.0.0.1:1 --data-dir "$folder/oldest/catalog" > up.log 2>&1 &
until grep -q 'hubdex is ready' up.log; do
  kill -0 $! || { cat up.log && exit 1; }
  sleep 0.2
done
kill -INT $!
wait $! || { cat up.log && exit 1; }
echo "The package installs and runs."
