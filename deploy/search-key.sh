#!/bin/sh
# Runs in the Meilisearch image at each start, and creates hubdex's key with the rights in search-key.json. The value is derived
# from the master key and the uid, so deploy/make-secrets.sh knows it beforehand.
set -eu

# The header goes through a pipe, because every process of the container can read arguments.
status=$(sed -n 's/^master_key = "\(.*\)"$/Authorization: Bearer \1/p' /run/secrets/meilisearch_config |
  curl --silent --show-error --max-time 30 --output /tmp/answer --write-out '%{http_code}' \
    --request POST "$MEILI_URL/keys" --header @- --header 'Content-Type: application/json' \
    --data-binary @/search-key.json)

case $status in
  201) echo "Created the key for hubdex." ;;
  409) echo "The key for hubdex already exists." ;;
  *)
    echo "Meilisearch answered the request for hubdex's key with $status; expected 201 or 409. Its answer:" >&2
    cat /tmp/answer >&2
    exit 1
    ;;
esac
