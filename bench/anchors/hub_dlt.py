"""The lists of a Hub, loaded by dlt into Postgres; nested values stay JSON, which is its fastest way."""

import json
import os
import sys

parameters = json.loads(sys.argv[1])
# Read when dlt is imported.
os.environ["DLT_DATA_DIR"] = parameters["folder"]

import dlt
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import HeaderLinkPaginator
from step import report_step, start, storable

client = RESTClient(base_url=parameters["hubUrl"], paginator=HeaderLinkPaginator())
counts = {"repos": 0}


def listing(kind: str):
    @dlt.resource(name=f"{kind}s", max_table_nesting=0, write_disposition="append")
    def pages():
        query = {"limit": 1000, "sort": "createdAt", "direction": 1, "expand": parameters["expand"][kind]}
        for page in client.paginate(f"/api/{kind}s", params=query):
            counts["repos"] += len(page)
            yield [json.loads(storable(json.dumps(item, ensure_ascii=False))) for item in page]

    return pages


started = start()
pipeline = dlt.pipeline(
    pipeline_name="hub",
    pipelines_dir=parameters["folder"],
    destination=dlt.destinations.postgres(parameters["databaseUrl"]),
    dataset_name="hub",
)
pipeline.run([listing(kind) for kind in ("model", "dataset", "space")]).raise_on_failed_jobs()
report_step(started, counts)
