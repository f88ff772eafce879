import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type OpenDuckDb, openDuckDb } from '../../../src/analytics/duckdb/open-duckdb.ts'
import { runDuckDbQuery } from '../../../src/analytics/duckdb/run-duckdb-query.ts'
import { exportToFolder } from '../../../src/analytics/export/folder/export-to-folder.ts'
import { readManifest } from '../../../src/analytics/export/folder/folder-source.ts'
import { writeAside } from '../../../src/analytics/export/folder/write-aside.ts'
import { InvalidExport } from '../../../src/analytics/export/manifest.ts'
import { readRows } from '../../../src/analytics/export/read-rows.ts'
import { runQuery } from '../../../src/analytics/sql-runner.ts'
import { listViews } from '../../../src/analytics/views.ts'
import { toJson } from '../../../src/output/json.ts'
import { crawledHub } from '../../support/catalog/crawled-hub.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'
import { hubdex } from '../../support/processes/hubdex.ts'

const LIMITS = { timeoutMs: 60_000, maxRows: 1_000_000, maxBytes: 1_000_000_000 }
const NEVER = new AbortController().signal

describe.each(catalogTargets)('an export ($engine)', ({ create }) => {
  const { catalog, environment } = crawledHub(create, { repos: 15, seed: 7 }, [])
  let folder: string
  let parent: string

  beforeAll(async () => {
    parent = await mkdtemp(join(inject('scratchDirectory'), 'export-'))
    folder = join(parent, 'catalog')
    const { code, stderr } = await hubdex(['export', folder], environment)
    expect({ code, stderr }).toMatchObject({ code: 0 })
  })
  afterAll(() => rm(parent, { recursive: true }))

  const run = (...words: string[]) => hubdex(['export', ...words, '--json'], environment)
  const rowsOf = async (query: string) => (await runQuery(catalog.connection.pool, query, LIMITS)).rows

  describe('read by DuckDB', () => {
    let duckdb: OpenDuckDb
    beforeAll(async () => {
      duckdb = await openDuckDb(folder, await readManifest(folder), { memoryMb: 256, temporaryFolder: parent })
    })
    afterAll(() => duckdb[Symbol.dispose]())

    test('has every view with the same columns, types and rows', async () => {
      const views = await rowsOf(`select relname from pg_class where relkind = 'v' and relnamespace = 'public'::regnamespace`)
      expect(duckdb.tables).toEqual(views.map(([name]) => name).sort())
      for (const table of duckdb.tables) {
        const expected = await runQuery(catalog.connection.pool, `select * from ${table}`, LIMITS)
        const found = await runDuckDbQuery(duckdb, `select * from ${table}`, LIMITS, NEVER)
        expect({ table, columns: found.columns }).toEqual({ table, columns: expected.columns })
        const sorted = (rows: readonly unknown[]) => rows.map((row) => toJson(row)).sort()
        expect({ table, rows: sorted(found.rows) }).toEqual({ table, rows: sorted(expected.rows) })
      }
    })

    test('has lists as lists, JSON as JSON and times as instants', async () => {
      const { rows } = await runDuckDbQuery(
        duckdb,
        `select typeof(tags), typeof(payload), typeof(created_at), typeof(downloads), typeof(private) from models limit 1`,
        LIMITS,
        NEVER,
      )
      expect(rows).toEqual([['VARCHAR[]', 'JSON', 'TIMESTAMP WITH TIME ZONE', 'BIGINT', 'BOOLEAN']])
    })

    test('explains its columns in the footer', async () => {
      const { rows } = await runDuckDbQuery(
        duckdb,
        `select decode(value) from parquet_kv_metadata('${join(folder, 'models/models.parquet')}') where decode(key) = 'hubdex.columns'`,
        LIMITS,
        NEVER,
      )
      expect(JSON.parse(String(rows[0]?.[0]))).toMatchObject({ license: 'First declared license.' })
    })
  })

  test('is described by its manifest, which --check confirms', async () => {
    const manifest = await readManifest(folder)
    const counts = Object.fromEntries(manifest.files.map(({ table, rows }) => [table, rows]))
    const models = Number((await rowsOf('select count(*) from models'))[0]?.[0])
    expect(counts).toMatchObject({ models })
    expect(manifest).toMatchObject({ format: 'parquet', since: null, endpoint: expect.stringContaining('http') })
    const { code, stdout } = await run('--check', folder)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, faults: [] })
  })

  test.each(['jsonl', 'csv'])('as %s has one line per row', async (format) => {
    const other = join(parent, format)
    const { code, stderr } = await run(other, '--format', format, '--tables', 'models,repo_history')
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const text = await readFile(join(other, `repo_history/repo_history.${format}`), 'utf8')
    const days = Number((await rowsOf('select count(*) from repo_history'))[0]?.[0])
    expect(text.trimEnd().split('\n')).toHaveLength(format === 'csv' ? days + 1 : days)
    expect(await readdir(other)).toEqual(['manifest.json', 'models', 'repo_history'])
  })

  test('as JSON lines has every value of a row', async () => {
    const [line = ''] = (await readFile(join(parent, 'jsonl/models/models.jsonl'), 'utf8')).split('\n', 1)
    const { id, created_at, ...row } = JSON.parse(line)
    const [[expected] = []] = await rowsOf(`select to_json(m) from models m where id = '${id}'`)
    const { created_at: created, last_modified, ...rest } = expected as Record<string, unknown>
    expect(Date.parse(created_at)).toBe(Date.parse(String(created)))
    expect({ id, ...row }).toEqual({ ...rest, last_modified: expect.any(String) })
  })

  test('since a time has only what changed after it', async () => {
    const since = join(parent, 'since')
    const { stdout } = await run(since, '--since', '1h', '--tables', 'models,tags')
    expect(JSON.parse(stdout).files.map(({ rows }: { rows: number }) => rows > 0)).toEqual([true, true])
    await catalog.rows(`update catalog.repos set changed_at = now() - interval '1 year'`)
    await catalog.rows(`update catalog.repo_counters set changed_at = now() - interval '1 year'`)
    await catalog.rows(`update catalog.repo_stages set done_at = now() - interval '1 year'`)
    const later = JSON.parse((await run(since, '--since', '1d', '--tables', 'models,tags')).stdout)
    expect(later.files.map(({ table, rows }: { table: string; rows: number }) => [table, rows > 0])).toEqual([
      ['models', false],
      ['tags', true],
    ])
  })

  test('since a time has repos that were removed after it', async () => {
    const [[hubId] = []] = await rowsOf('select hub_id from models order by id limit 1')
    await catalog.rows(`update catalog.repos set removed_at = now() where hub_id = '${hubId}'`)
    const since = join(parent, 'removed')
    expect(await run(since, '--since', '1h', '--tables', 'repos', '--format', 'jsonl')).toMatchObject({ code: 0 })
    const lines = (await readFile(join(since, 'repos/repos.jsonl'), 'utf8')).trim().split('\n')
    const removed = lines.map((line) => JSON.parse(line)).filter(({ removed_at }) => removed_at !== null)
    expect(removed.map(({ hub_id }) => hub_id)).toEqual([hubId])
  })

  test.each([
    ['an unknown table', ['--tables', 'modles'], 'There is no table modles'],
    ['a time that does not exist', ['--since', '2026-02-30'], 'expected a time in the past'],
    ['a time in the future', ['--since', '2999-01-01'], 'expected a time in the past'],
  ])('is refused for %s', async (_, flags, message) => {
    const { code, stderr } = await run(join(parent, 'refused'), ...flags)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) })
    expect(await readdir(parent)).not.toContain('refused')
  })

  describe('of READMEs with megabytes', () => {
    const sizes = 'select id, length(text) from cards order by id'
    beforeAll(async () => {
      await catalog.rows(`insert into catalog.cards (hub_id, text, bytes, truncated)
        select hub_id, repeat('x', case when place = 7 then 20000000 else 700000 end), 1, false
        from (select hub_id, row_number() over (order by hub_id) as place from catalog.repos where removed_at is null) as repos
        on conflict (hub_id) do update set text = excluded.text`)
    })

    test('reads few of them at a time', async () => {
      const client = await catalog.connection.pool.connect()
      try {
        await client.query('begin')
        const view = (await listViews(client)).find(({ name }) => name === 'cards')
        const portions: number[] = []
        if (view !== undefined) for await (const rows of readRows(client, view, undefined)) portions.push(rows.length)
        expect(portions.length).toBeGreaterThan(1)
        expect(portions.slice(1).every((rows) => rows === 1)).toBe(true)
      } finally {
        await client.query('rollback')
        client.release()
      }
    })

    test('has all of them', async () => {
      const target = join(parent, 'readmes')
      const options = {
        format: 'parquet',
        tables: ['cards'],
        since: undefined,
        signal: NEVER,
        onRows: () => undefined,
      } as const
      const manifest = await exportToFolder(catalog.connection.pool, target, options)
      using duckdb = await openDuckDb(target, manifest, { memoryMb: 512, temporaryFolder: parent })
      const found = await runDuckDbQuery(duckdb, sizes, LIMITS, NEVER)
      expect(found.rows).toEqual(await rowsOf(sizes))
      expect(found.rows.map(([, length]) => length)).toContain(20_000_000)
    })
  })

  test('stops when asked to, and leaves nothing behind', async () => {
    const before = await readdir(parent)
    const controller = new AbortController()
    const stopped = exportToFolder(catalog.connection.pool, join(parent, 'stopped'), {
      format: 'parquet',
      tables: undefined,
      since: undefined,
      signal: controller.signal,
      onRows: () => controller.abort(new Error('enough')),
    })
    await expect(stopped).rejects.toThrow('enough')
    expect(await readdir(parent)).toEqual(before)
    expect(await rowsOf('select 1')).toEqual([[1]])
  })
})

describe('the folder of an export', () => {
  let parent: string
  beforeAll(async () => {
    parent = await mkdtemp(join(inject('scratchDirectory'), 'aside-'))
  })
  afterAll(() => rm(parent, { recursive: true }))

  const manifestOf = (files: readonly object[], version = 1) =>
    JSON.stringify({
      hubdexExport: version,
      hubdexVersion: '0.1.0',
      schemaVersion: '0001',
      catalogId: 'x',
      catalogTime: '2026-01-01T00:00:00.000Z',
      endpoint: null,
      format: 'csv',
      since: null,
      files,
    })
  const file = { table: 'tags', path: 'tags/tags.csv', rows: 1, bytes: 3, sha256: '0'.repeat(64) }

  async function formerExport(name: string): Promise<string> {
    const folder = join(parent, name)
    await mkdir(join(folder, 'tags'), { recursive: true })
    await writeFile(join(folder, 'tags/tags.csv'), 'old')
    await writeFile(join(folder, 'manifest.json'), manifestOf([file]))
    return folder
  }

  test('is replaced when a new export is whole', async () => {
    const folder = await formerExport('whole')
    await writeAside(folder, (aside) => writeFile(join(aside, 'manifest.json'), 'new'))
    expect(await readdir(folder)).toEqual(['manifest.json'])
  })

  test('stays as it was when the new one fails', async () => {
    const folder = await formerExport('failed')
    await expect(writeAside(folder, async () => Promise.reject(new Error('no space')))).rejects.toThrow('no space')
    expect(await readFile(join(folder, 'tags/tags.csv'), 'utf8')).toBe('old')
  })

  test('is refused when it holds anything else', async () => {
    const folder = join(parent, 'photos')
    await mkdir(folder)
    await writeFile(join(folder, 'cat.jpg'), '')
    await expect(writeAside(folder, async () => undefined)).rejects.toThrow('is not an export')
    expect(await readdir(folder)).toEqual(['cat.jpg'])
  })

  test.skipIf(process.platform !== 'linux')('says so if no folder can be created in a place', async () => {
    await expect(writeAside('/proc/export', async () => undefined)).rejects.toThrow(InvalidExport)
  })

  test('is refused when files were added to an export', async () => {
    const folder = await formerExport('added')
    await writeFile(join(folder, 'notes.md'), '')
    await expect(writeAside(folder, async () => undefined)).rejects.toThrow('notes.md')
  })

  test('has its faults found by --check', async () => {
    const folder = await formerExport('faults')
    await writeFile(join(folder, 'other.csv'), '')
    const found = async () => JSON.parse((await hubdex(['export', folder, '--check', '--json'])).stdout).faults
    expect(await found()).toEqual([
      { path: 'tags/tags.csv', code: 'wrong-content' },
      { path: 'other.csv', code: 'unexpected' },
    ])
    await writeFile(join(folder, 'tags/tags.csv'), 'longer')
    expect(await found()).toContainEqual({ path: 'tags/tags.csv', code: 'wrong-size' })
    await rm(join(folder, 'tags'), { recursive: true })
    expect(await found()).toContainEqual({ path: 'tags/tags.csv', code: 'missing' })
  })

  test('is complete with an older schema, and --check says so', async () => {
    const folder = await mkdtemp(join(parent, 'older-'))
    await writeFile(join(folder, 'manifest.json'), manifestOf([]))
    const { code, stdout } = await hubdex(['export', folder, '--check'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/schema 0001, .*\d{4}/) })
  })

  test.each([
    ['no manifest', undefined, 'has no manifest.json'],
    ['a manifest that is not JSON', '{', 'is not JSON'],
    ['a manifest of a newer hubdex', manifestOf([], 9), 'of a newer hubdex'],
    ['a manifest of an older hubdex', manifestOf([], 0), 'of an older hubdex'],
    ['a manifest whose paths lead out of it', manifestOf([{ ...file, path: '../tags.csv' }]), 'is not the manifest'],
  ])('is refused by --check with %s', async (_, text, message) => {
    const folder = await mkdtemp(join(parent, 'odd-'))
    if (text !== undefined) await writeFile(join(folder, 'manifest.json'), text)
    const { code, stderr } = await hubdex(['export', folder, '--check'])
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) })
  })
})
