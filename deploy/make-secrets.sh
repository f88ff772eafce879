#!/bin/sh
# Writes the secrets that docker-compose.yml reads into ./secrets or the given folder, one file per secret. Existing files are
# kept. Put your Hub token into secrets/hf_token, or several separated by commas; empty means anonymous.
set -eu
umask 022

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../secrets}
# The folder is closed to other users of this machine. The files are readable, because containers run as other users.
mkdir -p "$folder"
chmod 0700 "$folder"
cd "$folder"

random() {
  openssl rand -hex 24
}

# create NAME TEXT: unless the file exists.
create() {
  [ -e "$1" ] || printf '%s\n' "$2" > "$1"
}

create postgres_password "$(random)"
create catalog_password "$(random)"
create database_url "postgres://hubdex:$(cat catalog_password)@postgres:5432/hubdex"
create redis_password "$(random)"
create redis_config "requirepass $(cat redis_password)"
create redis_url "redis://:$(cat redis_password)@redis:6379/0"
create meilisearch_master_key "$(random)"
create meilisearch_config "master_key = \"$(cat meilisearch_master_key)\""
create operator_token "$(random)"
create webhook_secret "$(random)"
create hf_token "${HF_TOKEN:-}"

# Meilisearch derives the value of a key from its uid and the master key.
uid=$(sed -n 's/^ *"uid": "\(.*\)",$/\1/p' "$here/search-key.json")
printf %s "$uid" | openssl dgst -sha256 -r -hmac "$(cat meilisearch_master_key)" | cut -d ' ' -f 1 > meili_api_key

chmod 0644 ./*
echo "The secrets are in $(pwd)."
