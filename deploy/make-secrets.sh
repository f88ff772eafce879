#!/bin/sh
# Writes into ./secrets (or the folder given) what docker-compose.yml reads from there, each secret a file. What is there
# stays as it is. Put your token of the Hub into secrets/hf_token; several with commas between them; empty is anonymous.
set -eu
umask 022

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../secrets}
# Nobody else on this machine gets into the folder; in the containers, users that are not root must read the files.
mkdir -p "$folder"
chmod 0700 "$folder"
cd "$folder"

random() {
  openssl rand -hex 24
}

# keep NAME TEXT: unless it is there.
keep() {
  [ -e "$1" ] || printf '%s\n' "$2" > "$1"
}

keep postgres_password "$(random)"
keep catalog_password "$(random)"
keep database_url "postgres://hubdex:$(cat catalog_password)@postgres:5432/hubdex"
keep redis_password "$(random)"
keep redis_config "requirepass $(cat redis_password)"
keep redis_url "redis://:$(cat redis_password)@redis:6379/0"
keep meilisearch_master_key "$(random)"
keep meilisearch_config "master_key = \"$(cat meilisearch_master_key)\""
keep operator_token "$(random)"
keep webhook_secret "$(random)"
keep hf_token "${HF_TOKEN:-}"

# Meilisearch makes the value of a key from its uid and the master key; a new uid makes a new one.
uid=$(sed -n 's/^ *"uid": "\(.*\)",$/\1/p' "$here/search-key.json")
printf %s "$uid" | openssl dgst -sha256 -r -hmac "$(cat meilisearch_master_key)" | cut -d ' ' -f 1 > meili_api_key

chmod 0644 ./*
echo "The secrets are in $(pwd)."
