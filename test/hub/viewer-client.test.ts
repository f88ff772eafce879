import { parquetReadObjects } from 'hyparquet'
import { expect, test } from 'vitest'
import { BrokenAnswer, Refused, RepoNotFound } from '../../src/hub/errors.ts'
import { sharedHub } from '../support/hub/sample-hub.ts'
import { failureOf, sendJson, startClient, startServer } from './test-server.ts'

const sampleParquet = { configs: { de: { train: 2, test: 1 }, fr: { train: 1 } } }
const sample = sharedHub({
  quota: 0,
  payloads: {
    datasets: [
      { id: 'acme/rows', sampleParquet },
      { id: 'acme/none', sampleParquet: 'none' },
      { id: 'acme/gated', gated: 'auto', sampleParquet },
      { id: 'acme/many', sampleParquet: 'many-files' },
    ],
  },
})
const client = () => startClient(sample.url)
type Split = { config: string; split: string; num_rows: number; num_bytes_parquet_files: number; num_columns: number }

test('The viewer lists splits, of all configs or of one', async () => {
  const { viewer } = client()
  const names = ({ splits }: Record<string, unknown>) => (splits as Split[]).map(({ config, split }) => `${config} ${split}`)
  expect(names(await viewer.splits('acme/rows'))).toEqual(['de train', 'de test', 'fr train'])
  expect(names(await viewer.splits('acme/rows', { config: 'fr' }))).toEqual(['fr train'])
})

test('Its sizes, features and statistics agree with the files', async () => {
  const { viewer, parquetListing, fileAt } = client()
  const { size, partial } = (await viewer.size('acme/rows')) as { size: { dataset: Split; splits: Split[] }; partial: boolean }
  const { splits } = await parquetListing('acme/rows')
  for (const [index, { urls }] of splits.entries()) {
    const files = await Promise.all(urls.map((url) => fileAt(url, { maxBytes: 1_000_000 })))
    const tables = await Promise.all(files.map(({ bytes }) => parquetReadObjects({ file: Uint8Array.from(bytes).buffer })))
    const rows = tables.flat()
    const split = size.splits[index]
    expect(split?.num_rows).toBe(rows.length)
    expect(split?.num_bytes_parquet_files).toBe(files.reduce((sum, { bytes }) => sum + bytes.length, 0))
    const { dataset_info: info } = (await viewer.info('acme/rows', { config: split?.config })) as {
      dataset_info: { features: object }
    }
    expect(Object.keys(info.features)).toEqual(Object.keys(rows[0] ?? {}))
    const read = await viewer.statistics('acme/rows', split?.config ?? '', split?.split ?? '')
    const { num_examples: examples, statistics } = read as { num_examples: number; statistics: { column_statistics: object }[] }
    expect(examples).toBe(rows.length)
    expect(statistics[0]).toMatchObject({ column_name: 'id', column_type: 'int', column_statistics: { min: 0, nan_count: 0 } })
    const missing = rows.filter(({ text }) => text === null || text === undefined).length
    expect(statistics[1]).toMatchObject({
      column_name: 'text',
      column_type: 'string_text',
      column_statistics: { nan_count: missing },
    })
  }
  expect([size.dataset.num_rows, partial]).toEqual([size.splits.reduce((sum, { num_rows: rows }) => sum + rows, 0), false])
  expect(await viewer.size('acme/many')).toHaveProperty('partial', true)
})

test('It lists the files with their sizes, and the columns of one config', async () => {
  const { viewer, fileAt } = client()
  type File = { config: string; split: string; url: string; filename: string; size: number }
  const { parquet_files: files, partial } = (await viewer.parquet('acme/rows')) as { parquet_files: File[]; partial: boolean }
  expect([files.map(({ config, split, filename }) => `${config} ${split} ${filename}`), partial]).toEqual([
    ['de train 0000.parquet', 'de train 0001.parquet', 'de test 0000.parquet', 'fr train 0000.parquet'],
    false,
  ])
  for (const { url, size } of files) expect((await fileAt(url, { maxBytes: 1_000_000 })).bytes).toHaveLength(size)
  const ofConfig = await viewer.parquet('acme/rows', { config: 'fr' })
  expect(ofConfig).toMatchObject({ parquet_files: [{ config: 'fr' }], features: { id: {} } })
  expect(Object.keys(ofConfig)).not.toContain('pending')
  expect(await viewer.isValid('acme/rows')).toMatchObject({ viewer: true, statistics: true })
})

test('It says what is missing', async () => {
  const { viewer } = client()
  expect(await failureOf(viewer.size('acme/none'))).toBeInstanceOf(RepoNotFound)
  expect(await failureOf(viewer.size('acme/rows', { config: 'xx' }))).toMatchObject({
    status: 404,
    errorCode: 'ResponseNotFound',
  })
  expect(await failureOf(viewer.splits('acme/nothing'))).toBeInstanceOf(RepoNotFound)
  expect(await failureOf(viewer.splits('acme/gated'))).toMatchObject({ isGated: true })
  expect(await failureOf(viewer.splits(''))).toBeInstanceOf(Refused)
  const server = await startServer((_request, response) => sendJson(response, [1]))
  expect(await failureOf(startClient(server.url).viewer.splits('a/b'))).toBeInstanceOf(BrokenAnswer)
})
