#!/bin/sh
# Runs in the image of Meilisearch, once at each start: makes the key that hubdex uses, whose rights are those of
# search-key.json. Its value follows from the master key and the uid, so deploy/make-secrets.sh knows it beforehand.
set -eu

# The header goes through a pipe: arguments can be read by every process of the container.
status=$(sed -n 's/^master_key = "\(.*\)"$/Authorization: Bearer \1/p' /run/secrets/meilisearch_config |
  curl --silent --show-error --max-time 30 --output /tmp/answer --write-out '%{http_code}' \
    --request POST "$MEILI_URL/keys" --header @- --header 'Content-Type: application/json' \
    --data-binary @/search-key.json)

case $status in
  201) echo "The key for hubdex is made." ;;
  409) echo "The key for hubdex is there." ;;
  *)
    echo "Meilisearch answered $status when asked for a key for hubdex; expected 201 or 409. It said:" >&2
    cat /tmp/answer >&2
    exit 1
    ;;
esac
