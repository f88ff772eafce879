"""Drives huggingface_hub and its command `hf` against the sample Hub at HF_ENDPOINT.

Prints one JSON line per check: {"check", "function", "requests", "error"}; `error` is null when the check holds.
"""

import contextlib
import io
import json
import os
import re
import sys
import tempfile
import traceback
from pathlib import Path

import huggingface_hub
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, RepoCard, constants
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import _http

ENDPOINT = os.environ["HF_ENDPOINT"]
FOLDER = Path(tempfile.mkdtemp())

# The client asks the viewer of the Hub itself only; here it is at the sample Hub.
constants._HF_DEFAULT_ENDPOINT = ENDPOINT
constants.DATASETS_SERVER_ENDPOINT = ENDPOINT + "/viewer"

requests = []


def record(request):
    # A table of programs for the User-Agent, which the client can do without.
    if request.url.path != "/api/agent-harnesses":
        requests.append(f"{request.method} {request.url.raw_path.decode()}")


def client():
    made = _http.default_client_factory()
    made.event_hooks["request"].append(record)
    return made


huggingface_hub.set_client_factory(client)

api = HfApi(endpoint=ENDPOINT, token="hf_ada")
anonymous = HfApi(endpoint=ENDPOINT, token=False)
CHECKS = []


def check(function):
    """A check of the API function that its name begins with; what follows two underscores tells checks apart."""
    CHECKS.append((function.__name__, function.__name__.split("__")[0], function))
    return function


def expect(holds, found=None):
    if not holds:
        raise AssertionError(f"unexpected: {found!r}")


def expect_raises(error, call):
    try:
        found = call()
    except error:
        return
    raise AssertionError(f"expected {error.__name__}, found {found!r}")


def ids(repos):
    return [repo.id for repo in repos]


# Lists


@check
def list_models():
    expect(sorted(ids(anonymous.list_models())) == ["ada/gated", "ada/m", "ada/shards", "lab/m"])
    expect(ids(anonymous.list_models(sort="likes", limit=2)) == ["lab/m", "ada/m"])


@check
def list_models__filters():
    expect(ids(anonymous.list_models(filter=["license:mit", "en"])) == ["ada/m"])
    expect(ids(anonymous.list_models(pipeline_tag="text-generation")) == ["ada/m"])
    expect(ids(anonymous.list_models(gated=True)) == ["ada/gated"])
    expect(ids(anonymous.list_models(author="lab", search="m")) == ["lab/m"])
    expect(ids(anonymous.list_models(filter="no-such-tag")) == [])
    expect(ids(anonymous.list_models(num_parameters="min:1K,max:2K")) == ["ada/shards"])


@check
def list_models__fields():
    [model] = anonymous.list_models(filter="license:mit", full=True, cardData=True)
    expect(model.sha is not None and [s.rfilename for s in model.siblings][0] == "README.md", model)
    [model] = anonymous.list_models(filter="license:mit", expand=["downloadsAllTime", "safetensors", "gated"])
    expect(model.safetensors.total == 100 and model.gated is False, model)


@check
def list_models__paging():
    created = [api.create_repo(f"ada/page-{number}") for number in range(3)]
    found = list(anonymous.list_models(search="page-", limit=2))
    expect(len(created) == 3 and len(found) == 2, found)
    pages = huggingface_hub.utils.paginate(f"{ENDPOINT}/api/models", params={"search": "page-", "limit": 1}, headers={})
    expect(len(list(pages)) == 3)
    for number in range(3):
        api.delete_repo(f"ada/page-{number}")


@check
def list_models__wrong():
    expect_raises(HfHubHTTPError, lambda: list(anonymous.list_models(expand=["nonsense"])))


@check
def list_datasets():
    expect(ids(anonymous.list_datasets(language="en", task_ids="parsing", full=True)) == ["ada/rows"])
    expect(ids(anonymous.list_datasets(search="nothing")) == [])


@check
def list_spaces():
    expect(ids(anonymous.list_spaces(filter="static", full=True)) == ["ada/app"])


@check
def search_spaces():
    expect([found.id for found in anonymous.search_spaces("app")] == ["ada/app"])


@check
def list_spaces_hardware():
    expect(api.list_spaces_hardware()[0].name == "cpu-basic")


@check
def list_space_templates():
    expect("gradio" in [template.sdk for template in api.list_space_templates()])


@check
def get_space_runtime():
    expect(anonymous.get_space_runtime("ada/app").stage == "RUNNING")


@check
def get_model_tags():
    expect("license:mit" in [tag["id"] for tag in anonymous.get_model_tags()["license"]])


@check
def get_dataset_tags():
    expect(anonymous.get_dataset_tags()["task_ids"][0]["id"] == "task_ids:parsing")


# Details


@check
def model_info():
    info = anonymous.model_info("ada/m", files_metadata=True, securityStatus=True)
    sizes = {file.rfilename: file for file in info.siblings}
    expect(info.likes == 4 and sizes["model.safetensors"].lfs.sha256 and sizes["README.md"].blob_id, info)
    expect(anonymous.model_info("ada/m", revision="main").sha == info.sha)
    expect(anonymous.model_info("ada/m", revision=info.sha[:7]).sha == info.sha)
    expect(anonymous.model_info("ADA/M").id == "ada/m")


@check
def model_info__errors():
    expect_raises(RepositoryNotFoundError, lambda: anonymous.model_info("ada/none"))
    expect_raises(RepositoryNotFoundError, lambda: api.model_info("ada/none"))
    expect_raises(RevisionNotFoundError, lambda: anonymous.model_info("ada/m", revision="v9"))
    expect_raises(HfHubHTTPError, lambda: HfApi(endpoint=ENDPOINT, token="bad").model_info("ada/m"))
    expect(anonymous.model_info("ada/gated").gated == "auto")


@check
def dataset_info():
    main = anonymous.dataset_info("ada/rows")
    converted = anonymous.dataset_info("ada/rows", revision="refs/convert/parquet")
    expect(main.sha != converted.sha and converted.siblings[0].rfilename.endswith(".parquet"), converted)


@check
def space_info():
    info = anonymous.space_info("ada/app")
    expect(info.sdk == "static" and info.runtime.stage == "RUNNING", info)


@check
def repo_info():
    expect(anonymous.repo_info("ada/rows", repo_type="dataset", expand=["likes"]).likes == 3)


@check
def resolve_revision():
    expect(anonymous.resolve_revision("ada/m").resolved == anonymous.model_info("ada/m").sha)


@check
def repo_exists():
    expect([api.repo_exists("ada/m"), api.repo_exists("ada/none"), anonymous.repo_exists("ada/none")] == [True, False, False])


@check
def revision_exists():
    expect([anonymous.revision_exists("ada/m", "main"), anonymous.revision_exists("ada/m", "v9")] == [True, False])


@check
def file_exists():
    found = [anonymous.file_exists("ada/m", path) for path in ("config.json", "none.json")]
    expect(found == [True, False] and not anonymous.file_exists("ada/none", "config.json"), found)


@check
def auth_check():
    anonymous.auth_check("ada/m")
    expect_raises(GatedRepoError, lambda: anonymous.auth_check("ada/gated"))
    expect_raises(RepositoryNotFoundError, lambda: anonymous.auth_check("ada/none"))
    api.auth_check("ada/m", write=True)


# Files


@check
def list_repo_files():
    expect(anonymous.list_repo_files("ada/m") == ["README.md", "config.json", "data/a.txt", "model.safetensors"])


@check
def list_repo_tree():
    tree = list(anonymous.list_repo_tree("ada/m", recursive=True, expand=True))
    expect([item.path for item in tree] == ["README.md", "config.json", "data", "data/a.txt", "model.safetensors"], tree)
    expect(all(item.last_commit is not None for item in tree) and tree[0].security.safe, tree)
    expect([item.path for item in anonymous.list_repo_tree("ada/m", "data")] == ["data/a.txt"])
    expect_raises(EntryNotFoundError, lambda: list(anonymous.list_repo_tree("ada/m", "none")))


@check
def get_paths_info():
    paths = anonymous.get_paths_info("ada/m", ["config.json", "data", "none"], expand=True)
    expect([path.path for path in paths] == ["config.json", "data"], paths)


@check
def list_repo_refs():
    refs = anonymous.list_repo_refs("ada/rows", repo_type="dataset", include_pull_requests=True)
    expect([ref.name for ref in refs.branches + refs.converts] == ["main", "parquet"] and refs.pull_requests == [], refs)


@check
def list_repo_commits():
    [commit] = anonymous.list_repo_commits("ada/m", formatted=True)
    expect(commit.commit_id == anonymous.model_info("ada/m").sha and commit.formatted_title, commit)
    expect_raises(GatedRepoError, lambda: anonymous.list_repo_commits("ada/gated"))


@check
def hf_hub_download():
    path = anonymous.hf_hub_download("ada/m", "config.json", cache_dir=FOLDER / "cache")
    expect(isinstance(json.loads(Path(path).read_text()), dict))
    expect(anonymous.hf_hub_download("ada/m", "config.json", cache_dir=FOLDER / "cache") == path)
    expect_raises(EntryNotFoundError, lambda: anonymous.hf_hub_download("ada/m", "none", cache_dir=FOLDER / "cache"))
    expect_raises(GatedRepoError, lambda: anonymous.hf_hub_download("ada/gated", "README.md", cache_dir=FOLDER / "cache"))


@check
def get_hf_file_metadata():
    url = huggingface_hub.hf_hub_url("ada/m", "model.safetensors", endpoint=ENDPOINT)
    metadata = anonymous.get_hf_file_metadata(url=url)
    [info] = anonymous.get_paths_info("ada/m", "model.safetensors")
    expect(metadata.size == info.size and metadata.etag == info.lfs.sha256, metadata)


@check
def snapshot_download():
    path = Path(anonymous.snapshot_download("ada/m", cache_dir=FOLDER / "cache"))
    expect(sorted(str(file.relative_to(path)) for file in path.rglob("*") if file.is_file()) == anonymous.list_repo_files("ada/m"))
    only = Path(anonymous.snapshot_download("ada/m", allow_patterns=["*.json"], local_dir=FOLDER / "only"))
    expect([file.name for file in only.iterdir() if file.is_file()] == ["config.json"])


@check
def verify_repo_checksums():
    anonymous.snapshot_download("ada/m", cache_dir=FOLDER / "cache")
    verified = anonymous.verify_repo_checksums("ada/m", cache_dir=FOLDER / "cache")
    expect(verified.checked_count == 4 and not verified.mismatches and not verified.missing_paths, verified)


@check
def get_safetensors_metadata():
    metadata = anonymous.get_safetensors_metadata("ada/m")
    expect(metadata.parameter_count == {"F32": 100} and not metadata.sharded, metadata)
    sharded = anonymous.get_safetensors_metadata("ada/shards")
    expect(sharded.sharded and sharded.parameter_count == {"F32": 1001}, sharded)


@check
def get_sharded_safetensors_metadata():
    metadata = anonymous.get_sharded_safetensors_metadata("ada/shards")
    expect(metadata.sharded and metadata.parameter_count == {"F32": 1001}, metadata)


@check
def parse_safetensors_file_metadata():
    metadata = anonymous.parse_safetensors_file_metadata("ada/m", "model.safetensors")
    expect(sum(metadata.parameter_count.values()) == 100, metadata)


@check
def list_dataset_parquet_files():
    files = HfApi(endpoint=ENDPOINT, token=False).list_dataset_parquet_files("ada/rows")
    expect({(file.config, file.split) for file in files} == {("default", "train"), ("default", "test")}, files)
    [first, *_] = files
    path = first.url.split("/resolve/")[1].split("/", 1)[1]
    [info] = anonymous.get_paths_info("ada/rows", path, repo_type="dataset", revision="refs/convert/parquet")
    expect(info.size == first.size, first)


# Changes


@check
def create_repo():
    url = api.create_repo("made", private=True)
    expect(url.repo_id == "ada/made" and anonymous.repo_exists("ada/made") is False, url)
    expect_raises(HfHubHTTPError, lambda: api.create_repo("made"))
    expect(api.create_repo("ada/made", exist_ok=True).repo_id == "ada/made")
    expect(api.create_repo("made", repo_type="space", space_sdk="gradio").repo_type == "space")
    expect_raises(HfHubHTTPError, lambda: api.create_repo("nobody/made"))


@check
def update_repo_settings():
    api.update_repo_settings("ada/made", private=False, gated="manual")
    expect(anonymous.model_info("ada/made").gated == "manual")
    api.update_repo_settings("ada/made", visibility="public", gated=False)


@check
def grant_access():
    api.update_repo_settings("ada/made", gated="manual")
    bob = HfApi(endpoint=ENDPOINT, token="hf_bob")
    expect_raises(GatedRepoError, lambda: bob.auth_check("ada/made"))
    api.grant_access("ada/made", "bob")
    bob.auth_check("ada/made")
    api.update_repo_settings("ada/made", gated=False)


@check
def upload_file():
    info = api.upload_file(path_or_fileobj=b"hello", path_in_repo="a.txt", repo_id="ada/made")
    expect(api.model_info("ada/made").sha == info.oid, info)
    pull = api.upload_file(path_or_fileobj=b"hi", path_in_repo="b.txt", repo_id="ada/made", create_pr=True)
    expect(pull.pr_num == 1 and api.file_exists("ada/made", "b.txt", revision="refs/pr/1"), pull)
    expect(not api.file_exists("ada/made", "b.txt"))


@check
def upload_file__large():
    api.upload_file(path_or_fileobj=b"x" * (41 * 1024 * 1024), path_in_repo="large.bin", repo_id="ada/made")
    [info] = api.get_paths_info("ada/made", "large.bin")
    expect(info.lfs.size == 41 * 1024 * 1024, info)


@check
def upload_folder():
    (FOLDER / "up" / "deep").mkdir(parents=True)
    (FOLDER / "up" / "deep" / "c.txt").write_text("c")
    (FOLDER / "up" / "d.txt").write_text("d")
    api.upload_folder(folder_path=FOLDER / "up", repo_id="ada/made", path_in_repo="folder")
    expect({"folder/d.txt", "folder/deep/c.txt"} <= set(api.list_repo_files("ada/made")))


@check
def create_commit():
    operations = [CommitOperationAdd("e.txt", b"e"), CommitOperationDelete("a.txt")]
    parent = api.model_info("ada/made").sha
    api.create_commit("ada/made", operations, commit_message="Change", parent_commit=parent)
    expect({"e.txt"} <= set(api.list_repo_files("ada/made")) and not api.file_exists("ada/made", "a.txt"))
    late = [CommitOperationAdd("f.txt", b"f")]
    expect_raises(HfHubHTTPError, lambda: api.create_commit("ada/made", late, commit_message="Late", parent_commit=parent))


@check
def delete_file():
    api.delete_file("e.txt", "ada/made")
    expect(not api.file_exists("ada/made", "e.txt"))
    expect_raises(EntryNotFoundError, lambda: api.delete_file("none.txt", "ada/made"))


@check
def delete_files():
    api.delete_files("ada/made", ["*.bin"])
    expect(not api.file_exists("ada/made", "large.bin"))


@check
def delete_folder():
    api.delete_folder("folder", "ada/made")
    expect(not any(path.startswith("folder/") for path in api.list_repo_files("ada/made")))


@check
def create_branch():
    api.create_branch("ada/made", branch="dev")
    api.create_branch("ada/made", branch="dev", exist_ok=True)
    expect_raises(HfHubHTTPError, lambda: api.create_branch("ada/made", branch="dev"))
    expect("dev" in [branch.name for branch in api.list_repo_refs("ada/made").branches])


@check
def delete_branch():
    api.delete_branch("ada/made", branch="dev")
    expect_raises(RevisionNotFoundError, lambda: api.delete_branch("ada/made", branch="dev"))


@check
def create_tag():
    api.create_tag("ada/made", tag="v1", tag_message="first")
    expect(api.model_info("ada/made", revision="v1").sha == api.model_info("ada/made").sha)


@check
def delete_tag():
    api.delete_tag("ada/made", tag="v1")
    expect(api.list_repo_refs("ada/made").tags == [])


@check
def get_repo_discussions():
    [pull] = api.get_repo_discussions("ada/made")
    expect(pull.num == 1 and pull.is_pull_request and pull.status == "open", pull)


@check
def duplicate_repo():
    expect(api.duplicate_repo("ada/m", "ada/copy").repo_id == "ada/copy")
    expect(api.list_repo_files("ada/copy") == api.list_repo_files("ada/m"))


@check
def move_repo():
    api.move_repo("ada/copy", "lab/copy")
    expect(api.model_info("ada/copy").id == "lab/copy")
    expect_raises(HfHubHTTPError, lambda: api.move_repo("lab/copy", "ada/m"))


@check
def delete_repo():
    for repo in ("ada/made", "lab/copy"):
        api.delete_repo(repo)
    api.delete_repo("ada/made", repo_type="space")
    api.delete_repo("ada/made", missing_ok=True)
    expect_raises(RepositoryNotFoundError, lambda: api.delete_repo("ada/made"))


@check
def RepoCard_push_to_hub():
    api.create_repo("card")
    RepoCard("---\nlicense: mit\n---\n\n# Card\n").push_to_hub("ada/card", token="hf_ada")
    expect(RepoCard.load("ada/card", token="hf_ada").data.license == "mit")
    expect("license:mit" in api.model_info("ada/card").tags)
    api.delete_repo("ada/card")


# Accounts and people


@check
def whoami():
    me = api.whoami()
    expect(me["name"] == "ada" and me["orgs"][0]["roleInOrg"] == "admin", me)
    expect_raises(HfHubHTTPError, lambda: HfApi(endpoint=ENDPOINT, token="bad").whoami())


@check
def get_full_repo_name():
    expect(api.get_full_repo_name("m") == "ada/m")


@check
def get_user_overview():
    expect(anonymous.get_user_overview("reader-1").username == "reader-1")
    expect([org.name for org in anonymous.get_user_overview("ada").orgs] == ["lab"])
    expect_raises(HfHubHTTPError, lambda: anonymous.get_user_overview("nobody-at-all"))


@check
def get_organization_overview():
    expect(anonymous.get_organization_overview("lab").num_models == 1)


@check
def list_organization_members():
    expect([user.username for user in anonymous.list_organization_members("lab")] == ["ada"])


@check
def list_organization_followers():
    expect(isinstance(list(anonymous.list_organization_followers("lab")), list))


@check
def list_user_followers():
    expect(isinstance(list(anonymous.list_user_followers("reader-1")), list))


@check
def list_user_following():
    expect(list(anonymous.list_user_following("reader-1")) == [])


@check
def list_repo_likers():
    expect(len(list(anonymous.list_repo_likers("ada/m"))) == 4)


@check
def list_liked_repos():
    expect(isinstance(anonymous.list_liked_repos("reader-1").total, int))


@check
def unlike():
    _http.get_session().post(f"{ENDPOINT}/api/models/lab/m/like", headers={"authorization": "Bearer hf_ada"})
    liked = api.model_info("lab/m").likes
    api.unlike("lab/m")
    expect(api.model_info("lab/m").likes == liked - 1)


# Collections


@check
def create_collection():
    collection = api.create_collection("Reading list", namespace="ada", description="To read", private=True)
    expect(collection.slug.startswith("ada/reading-list-") and collection.private, collection)
    again = api.create_collection("Reading list", namespace="ada", exists_ok=True)
    expect(again.slug == collection.slug, again)
    expect_raises(HfHubHTTPError, lambda: api.create_collection("x" * 61, namespace="ada"))
    state["slug"] = collection.slug


@check
def add_collection_item():
    collection = api.add_collection_item(state["slug"], "ada/m", "model", note="good")
    expect(collection.items[0].item_id == "ada/m" and collection.items[0].note == "good", collection)
    api.add_collection_item(state["slug"], "ada/m", "model", exists_ok=True)
    expect_raises(HfHubHTTPError, lambda: api.add_collection_item(state["slug"], "ada/m", "model"))
    expect_raises(HfHubHTTPError, lambda: api.add_collection_item(state["slug"], "ada/none", "model"))
    api.add_collection_item(state["slug"], "ada/rows", "dataset")
    api.add_collection_item(state["slug"], "2307.09288", "paper")


@check
def update_collection_item():
    item = api.get_collection(state["slug"]).items[-1]
    api.update_collection_item(state["slug"], item.item_object_id, note="read first", position=0)
    expect(api.get_collection(state["slug"]).items[0].item_id == "2307.09288")


@check
def update_collection_metadata():
    changed = api.update_collection_metadata(state["slug"], title="Have read", theme="pink", private=False, position=0)
    expect(changed.title == "Have read" and changed.theme == "pink", changed)
    expect(api.get_collection(state["slug"]).slug == changed.slug)
    state["slug"] = changed.slug


@check
def get_collection():
    collection = anonymous.get_collection(state["slug"])
    expect([item.item_type for item in collection.items] == ["paper", "model", "dataset"], collection)


@check
def list_collections():
    expect([one.slug for one in anonymous.list_collections(owner="ada", item="models/ada/m")] == [state["slug"]])
    expect([one.slug for one in anonymous.list_collections(owner=["lab"], sort="upvotes", limit=3)] == [])


@check
def update_collection_resource_group():
    group = "64f9a55bb3115b4f513ec026"
    collection = api.create_collection("Team", namespace="lab")
    api.update_collection_resource_group(collection.slug, group)
    api.delete_collection(collection.slug)
    expect_raises(HfHubHTTPError, lambda: api.update_collection_resource_group(state["slug"], group))


@check
def delete_collection_item():
    item = api.get_collection(state["slug"]).items[0]
    api.delete_collection_item(state["slug"], item.item_object_id)
    expect(len(api.get_collection(state["slug"]).items) == 2)
    expect_raises(HfHubHTTPError, lambda: api.delete_collection_item(state["slug"], item.item_object_id))
    api.delete_collection_item(state["slug"], item.item_object_id, missing_ok=True)


@check
def delete_collection():
    api.delete_collection(state["slug"])
    api.delete_collection(state["slug"], missing_ok=True)
    expect_raises(HfHubHTTPError, lambda: api.delete_collection(state["slug"]))


# Webhooks


@check
def create_webhook():
    watched = [{"type": "user", "name": "ada"}]
    webhook = api.create_webhook(url="http://127.0.0.1:9/", watched=watched, domains=["repo"], secret="s3cret")
    expect(webhook.watched[0].name == "ada" and webhook.disabled is False, webhook)
    state["webhook"] = webhook.id


@check
def list_webhooks():
    expect([webhook.id for webhook in api.list_webhooks()] == [state["webhook"]])


@check
def get_webhook():
    expect(api.get_webhook(state["webhook"]).url == "http://127.0.0.1:9/")


@check
def update_webhook():
    expect(api.update_webhook(state["webhook"], url="http://127.0.0.1:9/other").url.endswith("/other"))


@check
def disable_webhook():
    expect(api.disable_webhook(state["webhook"]).disabled is True)


@check
def enable_webhook():
    expect(api.enable_webhook(state["webhook"]).disabled is False)


@check
def delete_webhook():
    api.delete_webhook(state["webhook"])
    expect_raises(HfHubHTTPError, lambda: api.get_webhook(state["webhook"]))


# Papers


@check
def list_papers():
    expect([paper.id for paper in anonymous.list_papers(query="models")] == ["2307.09288"])


@check
def paper_info():
    expect(anonymous.paper_info("2307.09288").id == "2307.09288")


@check
def list_daily_papers():
    expect([paper.id for paper in anonymous.list_daily_papers(limit=5)] == ["2307.09288"])


state = {}

# The command `hf`, as its users type it. `{slug}` and `{webhook}` are those of the command before.

COMMANDS = [
    "version",
    "env",
    "auth whoami",
    "models ls --search m --limit 3 --format json",
    "models info ada/m",
    "models card ada/m",
    "datasets ls --limit 3",
    "datasets info ada/rows",
    "datasets card ada/rows",
    "datasets parquet ada/rows",
    "spaces ls --limit 3",
    "spaces info ada/app",
    "spaces card ada/app",
    "spaces search app",
    "spaces templates",
    "spaces hardware",
    "download ada/m config.json --local-dir {folder}/downloads",
    "cache ls --cache-dir {folder}/cache",
    "cache verify ada/m --cache-dir {folder}/cache",
    "repos create ada/cli",
    "repos settings ada/cli --gated auto",
    "repos settings ada/cli --gated false",
    "upload ada/cli {folder}/only/config.json config.json",
    "repos branch create ada/cli dev",
    "repos branch delete ada/cli dev",
    "repos tag create ada/cli v1",
    "repos tag list ada/cli",
    "repos tag delete ada/cli v1 --yes",
    "repos delete-files ada/cli config.json",
    "repos duplicate ada/cli ada/cli-copy",
    "repos move ada/cli-copy ada/cli-moved",
    "repos delete ada/cli-moved --yes",
    "repos delete ada/cli --yes",
    "discussions list ada/m",
    "collections create Listed --format json",
    "collections ls --owner ada",
    "collections info {slug}",
    "collections add-item {slug} ada/m model",
    "collections update {slug} --theme pink",
    "collections delete {slug}",
    "webhooks create --url http://127.0.0.1:9/ --watch user:ada --format json",
    "webhooks ls",
    "webhooks info {webhook}",
    "webhooks disable {webhook}",
    "webhooks enable {webhook}",
    "webhooks update {webhook} --url http://127.0.0.1:9/other",
    "webhooks delete {webhook} --yes",
    "papers ls --limit 2",
    "papers search models",
    "papers info 2307.09288",
]


def run_hf(line):
    from huggingface_hub.cli.hf import app

    arguments = [part.format(folder=FOLDER, **state) for part in line.split(" ")]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            app.main(args=arguments, standalone_mode=False)
        except SystemExit as exit:
            expect(exit.code in (None, 0), printed.getvalue())
    if "create" in arguments and "json" in arguments:
        made = json.loads(printed.getvalue()[printed.getvalue().index("{") :])
        state["slug" if "slug" in made else "webhook"] = made.get("slug") or made.get("id")


def name_of(line):
    words = [word for word in line.split(" ")]
    depth = next((at for at, word in enumerate(words) if not word.isidentifier() and word != "delete-files" and word != "add-item"), len(words))
    return "hf " + " ".join(words[: min(depth, 3 if words[1:2] in (["branch"], ["tag"]) else 2)])


# What is left out, and why.

FUNCTIONS_LEFT_OUT = {
    "buckets are no repos": r".*bucket.*|copy_files",
    "the sample Hub runs nothing: jobs": r".*job.*",
    "the sample Hub runs nothing: inference": r".*inference.*",
    "the sample Hub runs nothing: Spaces": r".*space_(secret|variable|volume)s?|(set|request|pause|restart|wait_for)_space.*"
    r"|.*_dev_mode|fetch_space_logs|get_zero_gpu_quota",
    "discussions can only be listed": r"(create|comment|rename|edit|hide|change)_discussion.*|.*pull_request|upload_attachment"
    r"|get_discussion_details",
    "access can only be granted": r"(list|cancel|accept|reject)_.*access_requests?",
    "histories are not rewritten": r"super_squash_history|.*_lfs_files",
    "no part of a catalog": r"list_user_repos|get_dataset_leaderboard|read_paper|kernel_info",
    "local": r"run_as_future|[a-z_]*cached[a-z_]*",
}
GROUPS_LEFT_OUT = {"buckets", "endpoints", "extensions", "jobs", "sandbox", "skills"}


def nothing_is_forgotten():
    driven = {function for _, function, _ in CHECKS}
    functions = [name for name in vars(HfApi) if not name.startswith("_") and callable(getattr(HfApi, name))]
    left_out = re.compile("|".join(FUNCTIONS_LEFT_OUT.values()))
    forgotten = [name for name in functions if name not in driven and not left_out.fullmatch(name)]
    expect(forgotten == [], forgotten)

    from huggingface_hub.cli.hf import app

    typed = {line.split(" ")[0] for line in COMMANDS}
    known = {name.split(" ")[0] for name in app.commands if name not in ("sync", "cp", "update") and "lfs" not in name}
    expect(known - typed == GROUPS_LEFT_OUT, known - typed)


def run(name, function, call):
    requests.clear()
    error = None
    try:
        call()
    except BaseException:
        error = traceback.format_exc(limit=-4)
    print(json.dumps({"check": name, "function": function, "requests": list(requests), "error": error}), file=sys.__stdout__)


for name, function, call in CHECKS:
    run(name, function.replace("RepoCard_", "RepoCard."), call)
for line in COMMANDS:
    run(f"hf {line}", name_of(line), lambda: run_hf(line))
run("nothing is forgotten", "", nothing_is_forgotten)
sys.__stdout__.flush()
