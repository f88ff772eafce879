"""The lists of a Hub, read with huggingface_hub and inserted with psycopg, 1,000 rows at a time."""

import json
import sys
from itertools import islice

import psycopg
from huggingface_hub import HfApi
from step import report_step, start, storable

parameters = json.loads(sys.argv[1])
api = HfApi(endpoint=parameters["hubUrl"])
connection = psycopg.connect(parameters["databaseUrl"])
connection.execute(
    "create table hub_repos (hub_id text primary key, kind text, id text, likes bigint, downloads bigint, payload jsonb)"
)
connection.commit()
started = start()
repos = 0
for kind, walk in (("model", api.list_models), ("dataset", api.list_datasets), ("space", api.list_spaces)):
    found = walk(expand=parameters["expand"][kind])
    number = 0
    while page := list(islice(found, 1000)):
        rows = []
        for repo in page:
            # The client does not always keep the `_id`.
            payload = storable(json.dumps(vars(repo), default=str, ensure_ascii=False))
            number += 1
            rows.append((f"{kind}-{number}", kind, repo.id, repo.likes, getattr(repo, "downloads", None), payload))
        with connection.cursor() as cursor:
            cursor.executemany("insert into hub_repos values (%s, %s, %s, %s, %s, %s)", rows)
        connection.commit()
        repos += len(rows)
report_step(started, {"repos": repos})
