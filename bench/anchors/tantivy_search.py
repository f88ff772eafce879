"""Fills a Tantivy index with two threads, and searches it with five facets."""

import json
import os
import re
import sys
import time

import tantivy
from step import report_step, start

parameters = json.loads(sys.argv[1])
TEXTS = ("name", "author_text", "labels", "description")
WEIGHTS = {"name": 10.0, "author_text": 4.0, "labels": 2.0, "description": 1.0}
VALUES = ("kind", "author", "tag", "task", "library", "license", "language", "year")
NUMBERS = ("downloads", "likes", "trending", "created", "modified")
LEAST_FUZZY = 5
BATCH = 10_000

builder = tantivy.SchemaBuilder()
builder.add_text_field("id", stored=True, tokenizer_name="raw")
for name in TEXTS:
    builder.add_text_field(name, tokenizer_name="default")
for name in VALUES:
    builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
for name in NUMBERS:
    builder.add_integer_field(name, fast=True)
schema = builder.build()
index = tantivy.Index(schema, path=parameters["folder"])


def document(row: dict) -> tantivy.Document:
    document = tantivy.Document()
    for name, texts in row["texts"].items():
        document.add_text(name, texts)
    for name, values in row["values"].items():
        for value in values:
            document.add_text(name, value)
    for name, value in row["numbers"].items():
        document.add_integer(name, value)
    document.add_text("id", row["id"])
    return document


started = start()
writer = index.writer(heap_size=512_000_000, num_threads=2)
fill_seconds = 0.0
documents = 0
with open(parameters["documents"]) as lines:
    while True:
        batch = [json.loads(line) for _, line in zip(range(BATCH), lines)]
        if not batch:
            break
        before = time.monotonic()
        for row in batch:
            writer.add_document(document(row))
        fill_seconds += time.monotonic() - before
        documents += len(batch)
before = time.monotonic()
writer.commit()
writer.wait_merging_threads()
fill_seconds += time.monotonic() - before
index.reload()
searcher = index.searcher()
must, should = tantivy.Occur.Must, tantivy.Occur.Should


def word_query(word: str, is_last: bool) -> tantivy.Query:
    ways = []
    for field in TEXTS:
        exact = tantivy.Query.term_query(schema, field, word)
        ways.append((should, tantivy.Query.boost_query(exact, WEIGHTS[field])))
        if is_last:
            ways.append((should, tantivy.Query.fuzzy_term_query(schema, field, word, distance=0, prefix=True)))
        if len(word) >= LEAST_FUZZY:
            ways.append((should, tantivy.Query.fuzzy_term_query(schema, field, word, distance=1)))
    return tantivy.Query.boolean_query(ways)


def full_query(query: dict, without: str | None) -> tantivy.Query:
    words = re.findall(r"\w+", query.get("words", "").lower())
    parts = [(must, word_query(word, number == len(words) - 1)) for number, word in enumerate(words)]
    for field, values in query.get("filters", {}).items():
        if field != without:
            parts.append((must, tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema, field, values), 0.0)))
    return tantivy.Query.boolean_query(parts) if parts else tantivy.Query.all_query()


def search(query: dict) -> int:
    filtered = query.get("filters", {})
    everything = full_query(query, None)
    order = query.get("sort") or (None if query.get("words") else "trending")
    offset = query.get("offset", 0)
    found = searcher.search(everything, limit=20, offset=offset, order_by_field=order)
    for _, address in found.hits:
        searcher.doc(address)
    # A facet ignores the filter on its own field.
    groups: dict = {}
    for facet in query["facets"]:
        groups.setdefault(facet if facet in filtered else None, []).append(facet)
    for without, facets in groups.items():
        counts = {facet: {"terms": {"field": facet, "size": 10}} for facet in facets}
        searcher.aggregate(everything if without is None else full_query(query, without), counts)
    return found.count


queries = json.load(open(parameters["queries"]))
times = []
for _ in range(parameters["rounds"]):
    for query in queries:
        before = time.monotonic()
        search(query)
        times.append((time.monotonic() - before) * 1000)
times.sort()
size = sum(entry.stat().st_size for entry in os.scandir(parameters["folder"]))


def at(share: float) -> float:
    return times[int(share * (len(times) - 1))]


found = {"documents": documents, "fillSeconds": fill_seconds, "bytes": size}
report_step(started, {**found, "p50Ms": at(0.5), "p95Ms": at(0.95), "maxMs": at(1)})
