import { beforeEach, describe, expect, it } from 'vitest'
import { datasetsWithColumns, type WantedColumn } from '../../../src/catalog/reads/column-search.ts'
import { sharedCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'

type Column = [path: string, physical: string, logical: string | null, nesting: string | null]

const TEXT = (path: string): Column => [path, 'BYTE_ARRAY', 'STRING', null]

describe.each(catalogTargets)('datasets by their columns ($engine)', ({ create }) => {
  const catalog = sharedCatalog(create)

  async function put(id: string, downloads: number, ...schemas: Column[][]): Promise<void> {
    const { pool } = catalog.connection
    await pool.query(`insert into catalog.repos (hub_id, kind, id, content_hash) values ($1, 'dataset', $1, md5($1)::uuid)`, [
      id,
    ])
    await pool.query('insert into catalog.repo_counters (hub_id, downloads) values ($1, $2)', [id, downloads])
    for (const [position, columns] of schemas.entries()) {
      await pool.query(
        `insert into catalog.parquet_schemas
           (hub_id, position, column_count, paths, physical_types, logical_types, nestings, nullable)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          id,
          position,
          columns.length,
          ...[0, 1, 2, 3].map((part) => columns.map((column) => column[part])),
          columns.map(() => true),
        ],
      )
      await pool.query(
        `insert into catalog.parquet_splits
           (hub_id, position, config, split, files, estimated, urls, rows, row_groups, bytes, errors, schema_position, column_bytes)
         values ($1, $2, 'config', $3, 0, false, '{}', '{}', '{}', '{}', '{}', $2, '{}')`,
        [id, position, `split-${position}`],
      )
    }
  }

  beforeEach(async () => {
    await put('a/squad', 50, [
      TEXT('Question'),
      TEXT('context'),
      ['answers.text.list.element', 'BYTE_ARRAY', 'STRING', 'struct.list'],
      ['answers.answer_start.list.element', 'INT32', null, 'struct.list'],
    ])
    await put(
      'b/numbers',
      90,
      [TEXT('question')],
      [
        ['label', 'INT64', null, null],
        ['score', 'DOUBLE', null, null],
      ],
    )
    await put('c/chat', 10, [
      ['messages.list.element.role', 'BYTE_ARRAY', 'STRING', 'list.struct'],
      ['when', 'INT64', 'TIMESTAMP(MICROS, UTC)', null],
      [`${'語'.repeat(900)}`, 'BYTE_ARRAY', null, null],
    ])
  })

  const find = async (...wanted: WantedColumn[]) =>
    (await datasetsWithColumns(catalog.db, wanted, { limit: 10 })).datasets.map(({ id }) => id)
  const named = (name: string, more: Partial<WantedColumn> = {}) => ({ name, ...more })

  it('are found by names in any letter case, most downloaded first', async () => {
    expect(await find(named('QUESTION'))).toEqual(['b/numbers', 'a/squad'])
    expect(await find(named('question'), named('context'))).toEqual(['a/squad'])
  })

  it('have all columns in one split', async () => {
    expect(await find(named('question'), named('label'))).toEqual([])
    const { datasets } = await datasetsWithColumns(catalog.db, [named('label')], { limit: 10 })
    expect(datasets).toEqual([
      expect.objectContaining({
        ...{ id: 'b/numbers', config: 'config', split: 'split-1' },
        columns: [{ path: 'label', physicalType: 'INT64', logicalType: null, nesting: null }],
      }),
    ])
  })

  it('are found by what a column is nested in, with and without the levels of lists', async () => {
    for (const name of ['answers', 'answers.text', 'answers.text.list.element'])
      expect(await find(named(name))).toEqual(['a/squad'])
    expect(await find(named('messages.role'))).toEqual(['c/chat'])
    expect(await find(named('role'))).toEqual([])
    expect(await find(named('messages.list'))).toEqual([])
  })

  it('are found by type and nesting', async () => {
    expect(await find(named('answers', { type: 'integer' }))).toEqual(['a/squad'])
    expect(await find(named('answers', { type: 'float' }))).toEqual([])
    expect(await find(named('when', { type: 'time' }))).toEqual(['c/chat'])
    expect(await find(named('when', { type: 'integer' }))).toEqual([])
    expect(await find(named('when', { type: 'timestamp' }))).toEqual(['c/chat'])
    expect(await find(named('score', { type: 'double' }))).toEqual(['b/numbers'])
    expect(await find(named('question', { nesting: 'none' }))).toEqual(['b/numbers', 'a/squad'])
    expect(await find(named('messages', { nesting: 'list.struct' }))).toEqual(['c/chat'])
    expect(await find(named('question', { type: `x' or true --` }))).toEqual([])
  })

  it('may have names of any length', async () => {
    expect(await find(named('語'.repeat(900)))).toEqual(['c/chat'])
  })
})
