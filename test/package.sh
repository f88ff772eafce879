#!/usr/bin/env bash
# Packs hubdex as `npm publish` would, installs that elsewhere as a user would, and runs it: what a test of the sources
# cannot see is a file that is missing in the package, or a module that only development has. Run by `npm run test:package`.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm pack --silent --pack-destination "$folder" > /dev/null
npm install --silent --no-audit --no-fund --prefer-offline --prefix "$folder" "$folder"/hubdex-*.tgz

hubdex=$folder/node_modules/.bin/hubdex
cd "$folder"
"$hubdex" --version | grep -qx "$(node -p 'require("./node_modules/hubdex/package.json").version')"
"$hubdex" demo --once --json --data-dir "$folder/demo" > demo.json
node -e '
  const { crawl, search, sql } = JSON.parse(require("fs").readFileSync("demo.json", "utf8"))
  if (crawl.failures > 0 || search.hits.length === 0 || sql.length === 0) throw new Error("The demo found nothing.")'

# Where the machine has an older Node, that says in a sentence what is wrong.
for node in $(type -ap node | sort -u); do
  [ "$("$node" -p 'Number(process.versions.node.split(".")[0]) < 22')" = true ] || continue
  ! said=$("$node" node_modules/hubdex/dist/src/cli/main.js --version 2>&1)
  [[ $(wc -l <<< "$said") = 1 && $said = *'hubdex needs Node '* ]] || { echo "$node: $said" && exit 1; }
done
echo "The package installs and runs."
