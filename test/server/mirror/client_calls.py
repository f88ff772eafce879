"""Makes every read that huggingface_hub offers for repos, and prints the result of each as one line of JSON.

The endpoint comes from HF_ENDPOINT. The argument is JSON with names of repos and tags to ask for.
"""

import json
import os
import sys
import tempfile
from dataclasses import is_dataclass
from datetime import datetime
from itertools import islice

from huggingface_hub import HfApi, HfFileSystem
from huggingface_hub.errors import HfHubHTTPError

given = json.loads(sys.argv[1])
api = HfApi(token=False)
endpoint = os.environ["HF_ENDPOINT"]
model, dataset, space = given["model"], given["dataset"], given["space"]
sha, author, tag, dataset_tag = given["sha"], given["author"], given["tag"], given["datasetTag"]


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, str):
        return value.replace(endpoint, "http://hub.example")
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, (int, float)):
        return value
    if is_dataclass(value) or hasattr(value, "__dict__"):
        return plain(vars(value))
    if hasattr(value, "__iter__"):
        return [plain(member) for member in value]
    return str(value)


def parquet_addresses():
    import huggingface_hub

    session = huggingface_hub.get_session()
    return session.get(f"{endpoint}/api/datasets/{given['parquet']}/parquet").json()


def downloaded(repo, **options):
    with tempfile.TemporaryDirectory() as folder:
        path = api.hf_hub_download(repo, "README.md", cache_dir=folder, **options)
        with open(path, encoding="utf-8") as file:
            return file.read()


def metadata_of(repo):
    found = api.get_hf_file_metadata(url=f"{endpoint}/{repo}/resolve/main/README.md")
    return {"commit": found.commit_hash, "etag": found.etag, "size": found.size}


def downloaded_names(repo):
    with tempfile.TemporaryDirectory() as folder:
        root = api.snapshot_download(repo, cache_dir=folder, allow_patterns=["*.json", "README.md"])
        return sorted(os.listdir(root))


CALLS = {
    "list_models": lambda: api.list_models(),
    "list_models(sort='downloads')": lambda: api.list_models(sort="downloads", limit=50),
    "list_models(sort='likes')": lambda: api.list_models(sort="likes", limit=50),
    "list_models(sort='created_at')": lambda: api.list_models(sort="created_at", limit=50),
    "list_models(sort='last_modified')": lambda: api.list_models(sort="last_modified", limit=50),
    "list_models(sort='trending_score')": lambda: api.list_models(sort="trending_score", limit=50),
    "list_models(search)": lambda: api.list_models(search=model[:5]),
    "list_models(author)": lambda: api.list_models(author=author),
    "list_models(filter)": lambda: api.list_models(filter=[tag]),
    "list_models(gated)": lambda: api.list_models(gated=True),
    "list_models(pipeline_tag)": lambda: api.list_models(pipeline_tag="text-generation"),
    "list_models(num_parameters)": lambda: api.list_models(num_parameters="min:1B,max:9B"),
    "list_models(trained_dataset)": lambda: api.list_models(trained_dataset=given["parquet"]),
    "list_models(inference)": lambda: api.list_models(inference="warm"),
    "list_models(inference_provider)": lambda: api.list_models(inference_provider="all"),
    "list_models(apps)": lambda: api.list_models(apps=["vllm", "ollama"]),
    "list_models(full, cardData, fetch_config)": lambda: api.list_models(full=True, cardData=True, fetch_config=True),
    "list_models(emissions_thresholds)": lambda: api.list_models(emissions_thresholds=(0, 100), cardData=True),
    "list_models(expand)": lambda: api.list_models(expand=["safetensors", "gguf", "config", "baseModels", "siblings", "inferenceProviderMapping"]),
    "list_datasets": lambda: api.list_datasets(),
    "list_datasets(full)": lambda: api.list_datasets(full=True),
    "list_datasets(filter)": lambda: api.list_datasets(filter=dataset_tag),
    "list_datasets(language, size_categories)": lambda: api.list_datasets(language="en", size_categories="1K<n<10K"),
    "list_datasets(task_categories)": lambda: api.list_datasets(task_categories="text-classification"),
    "list_datasets(dataset_name)": lambda: api.list_datasets(dataset_name=dataset.split("/")[-1]),
    "list_datasets(sort='downloads')": lambda: api.list_datasets(sort="downloads", limit=40),
    "list_datasets(expand)": lambda: api.list_datasets(expand=["mainSize", "description", "tags", "cardData", "downloadsAllTime"]),
    "list_spaces": lambda: api.list_spaces(),
    "list_spaces(full)": lambda: api.list_spaces(full=True),
    "list_spaces(linked)": lambda: api.list_spaces(linked=True),
    "list_spaces(models)": lambda: api.list_spaces(models=given["usedModel"]),
    "list_spaces(datasets)": lambda: api.list_spaces(datasets=given["usedDataset"]),
    "list_spaces(expand)": lambda: api.list_spaces(expand=["runtime", "sdk", "subdomain", "models", "datasets"]),
    "model_info": lambda: api.model_info(model),
    "model_info(files_metadata, securityStatus)": lambda: api.model_info(model, files_metadata=True, securityStatus=True),
    "model_info(revision='main')": lambda: api.model_info(model, revision="main"),
    "model_info(revision=commit)": lambda: api.model_info(model, revision=sha),
    "model_info(expand)": lambda: api.model_info(model, expand=["downloadsAllTime", "inferenceProviderMapping", "trendingScore"]),
    "model_info, other letter case": lambda: api.model_info(model.upper()),
    "model_info, former name": lambda: api.model_info(given["formerName"]),
    "model_info, unknown": lambda: api.model_info("nobody/nothing"),
    "model_info, unknown revision": lambda: api.model_info(model, revision="nowhere"),
    "dataset_info": lambda: api.dataset_info(dataset),
    "dataset_info(files_metadata)": lambda: api.dataset_info(dataset, files_metadata=True),
    "space_info": lambda: api.space_info(space),
    "repo_info": lambda: api.repo_info(dataset, repo_type="dataset"),
    "repo_exists": lambda: [api.repo_exists(model), api.repo_exists("nobody/nothing")],
    "revision_exists": lambda: [api.revision_exists(model, "main"), api.revision_exists(model, "nowhere")],
    "file_exists": lambda: [api.file_exists(model, "README.md"), api.file_exists(model, "none")],
    "list_repo_files": lambda: api.list_repo_files(model),
    "list_repo_tree": lambda: api.list_repo_tree(dataset, repo_type="dataset"),
    "list_repo_tree(recursive)": lambda: api.list_repo_tree(space, repo_type="space", recursive=True),
    "list_repo_tree(expand)": lambda: api.list_repo_tree(model, expand=True),
    "list_repo_tree, unknown folder": lambda: list(api.list_repo_tree(model, "none")),
    "get_paths_info": lambda: api.get_paths_info(model, ["README.md", "none"]),
    "list_repo_refs": lambda: api.list_repo_refs(model),
    "list_repo_refs of a dataset": lambda: api.list_repo_refs(given["parquet"], repo_type="dataset"),
    "list_repo_commits": lambda: api.list_repo_commits(model),
    "list_repo_likers": lambda: api.list_repo_likers(model),
    "get_repo_discussions": lambda: api.get_repo_discussions(model),
    "get_model_tags": lambda: api.get_model_tags(),
    "get_dataset_tags": lambda: api.get_dataset_tags(),
    "get_space_runtime": lambda: api.get_space_runtime(space),
    "auth_check": lambda: [api.auth_check(model), api.auth_check(dataset, repo_type="dataset")],
    "auth_check of a gated repo": lambda: api.auth_check(given["gated"]),
    "list_dataset_parquet_files": lambda: api.list_dataset_parquet_files(given["parquet"]),
    "GET /api/datasets/{id}/parquet": parquet_addresses,
    "get_hf_file_metadata": lambda: metadata_of(model),
    "hf_hub_download": lambda: downloaded(model),
    "hf_hub_download of a dataset": lambda: downloaded(dataset, repo_type="dataset"),
    "snapshot_download": lambda: downloaded_names(model),
    "get_safetensors_metadata": lambda: api.get_safetensors_metadata(given["safetensors"]),
    "HfFileSystem.ls": lambda: HfFileSystem(token=False).ls(model, detail=False),
    "HfFileSystem.read_text": lambda: HfFileSystem(token=False).read_text(f"{model}/README.md"),
    "search_spaces": lambda: api.search_spaces("chat"),
    "list_collections": lambda: islice(api.list_collections(), 3),
    "whoami": lambda: api.whoami(token="hf_user"),
    "get_user_overview": lambda: api.get_user_overview("reader-1"),
    "get_organization_overview": lambda: api.get_organization_overview(author),
    "list_papers": lambda: islice(api.list_papers(query="model"), 3),
    "list_daily_papers": lambda: islice(api.list_daily_papers(), 3),
    "create_repo": lambda: api.create_repo("nobody-else/new", token="hf_acme"),
    "delete_repo": lambda: api.delete_repo("acme/none", token="hf_acme"),
    "upload_file": lambda: api.upload_file(path_or_fileobj=b"x", path_in_repo="x", repo_id=model, token="hf_acme"),
    "create_branch": lambda: api.create_branch(model, branch="new", token="hf_acme"),
    "create_collection": lambda: api.create_collection("new", namespace="nobody-else", token="hf_acme"),
}

for name, call in CALLS.items():
    try:
        result = {"value": plain(call())}
    except HfHubHTTPError as error:
        result = {"error": type(error).__name__, "status": error.response.status_code, "message": error.server_message}
    except Exception as error:  # A client may fail in its own way, which is then compared.
        result = {"error": type(error).__name__, "message": str(error).replace(endpoint, "http://hub.example")}
    print(json.dumps({"name": name, **result}, sort_keys=True))
