import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { readManifest } from '../../../src/analytics/export/folder/folder-source.ts'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { createAnyTarget } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'
import { pythonPrograms } from '../../support/processes/python.ts'

const PYARROW = '26.0.1'

/** Prints the types of each table, and compares its rows with those that were exported as JSON lines. */
const READ = `
import json, sys
from datetime import date, datetime, timezone
import pyarrow as pa, pyarrow.parquet as pq

def plain(value, field):
    if value is None:
        return None
    if isinstance(value, datetime):
        assert value.utcoffset().total_seconds() == 0
        return value.astimezone(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return json.loads(value) if is_json(field) else value

def is_json(field):
    return isinstance(field.type, pa.JsonType) or (field.metadata or {}).get(b"ARROW:extension:name") == b"arrow.json"

answer = {}
for table in sys.argv[3:]:
    read = pq.read_table(f"{sys.argv[1]}/{table}/{table}.parquet")
    fields = {field.name: field for field in read.schema}
    rows = [{name: plain(value, fields[name]) for name, value in row.items()} for row in read.to_pylist()]
    with open(f"{sys.argv[2]}/{table}/{table}.jsonl", encoding="utf-8") as lines:
        expected = [json.loads(line) for line in lines.read().split("\\n") if line]
    types = {field.name: "json" if is_json(field) else str(field.type) for field in read.schema}
    answer[table] = {"rows": len(rows), "differ": sum(a != b for a, b in zip(rows, expected)) + abs(len(rows) - len(expected)), "types": types}
print(json.dumps(answer))
`

const programs = await pythonPrograms('pyarrow', [`pyarrow==${PYARROW}`])

describe.skipIf(programs === undefined)('an export read by pyarrow', () => {
  const { environment } = crawledHub(createAnyTarget, { repos: 15, seed: 7 }, [])
  let parent: string
  beforeAll(async () => {
    parent = await mkdtemp(join(inject('scratchDirectory'), 'pyarrow-'))
  })
  afterAll(() => rm(parent, { recursive: true }))

  test('has the same rows, lists as lists, JSON as JSON and times in UTC', async () => {
    const [parquet, lines] = [join(parent, 'parquet'), join(parent, 'jsonl')]
    for (const [folder, format] of [
      [parquet, 'parquet'],
      [lines, 'jsonl'],
    ] as const) {
      expect(await hubdex(['export', folder, '--format', format], environment)).toMatchObject({ code: 0 })
    }
    const { files } = await readManifest(parquet)
    const tables = files.map(({ table }) => table)
    const python = join(programs ?? '', 'python')
    const { stdout } = await promisify(execFile)(python, ['-c', READ, parquet, lines, ...tables])
    const read = JSON.parse(stdout) as Record<string, { rows: number; differ: number; types: Record<string, string> }>
    expect(tables.map((table) => [table, read[table]?.rows, read[table]?.differ])).toEqual(
      files.map(({ table, rows }) => [table, rows, 0]),
    )
    expect(read['models']?.types).toMatchObject({
      id: 'string',
      tags: 'list<element: string>',
      payload: 'json',
      created_at: 'timestamp[us, tz=UTC]',
      downloads: 'int64',
      private: 'bool',
    })
    expect(read['repo_history']?.types).toMatchObject({ day: 'date32[day]' })
  })
})
