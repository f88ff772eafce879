import type { SchemaElement } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columnType } from '../../src/analytics/export/column-types.ts'
import { changesOf, type ExportedView, orderOf, readViews } from '../../src/analytics/export/exported-view.ts'
import { openTestCatalog, type TestCatalog } from '../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'

const INTRODUCTION = `# How do I get the catalog as files?

<!-- Generated from the views in the database by \`npm run docs\`. -->

\`hubdex export FOLDER\` writes every public view as Parquet, one folder per table, and a \`manifest.json\` with the rows, bytes and
SHA-256 of each file, the time of the catalog and the number of its schema. All tables show the catalog at the same instant.
The folder is complete or unchanged: files are written beside it and take its name at the end, so that a former export in it
stays readable until then, and stays if the new one fails. \`hubdex export --check FOLDER\` compares every file with the manifest.

- \`--tables models,lineage\` writes some tables only.
- \`--since 7d\` (or \`--since 2026-11-01\`) leaves out what has not changed since then, in the tables marked below. A change of
  a counter counts. Tombstones are in \`repos\`, so a copy can be kept up to date: replace the rows with the same \`hub_id\`,
  and delete those with \`removed_at\`.
- \`--format csv\` and \`--format jsonl\` write the same rows as text: lists and JSON as JSON, times as ISO 8601 in UTC.

Parquet files are compressed with zstd. Their rows are sorted and come in groups of at most 20,000, with the lowest and highest
value of each column, so that a filter on the first columns of the order skips most of a file. Names (\`id\`, \`hub_id\`, \`author\`,
\`child\`, \`parent\`, \`tag\`, \`path\`) also have Bloom filters. The meaning of each column is in the footer, under \`hubdex.columns\`.

\`\`\`sql
-- DuckDB
select license, count(*) from 'FOLDER/models/models.parquet' where pipeline_tag = 'text-generation' group by all order by 2 desc;
\`\`\`

\`\`\`python
# pyarrow
pyarrow.parquet.read_table("FOLDER/models/models.parquet", filters=[("author", "=", "openai")])
\`\`\`

\`hubdex sql --engine duckdb\` runs a query over such an export, which it makes in the data directory and makes again after an
hour (\`--max-export-age-secs\`). Queries can read nothing else there: no other file, no network, no extension. It needs the optional package
\`@duckdb/node-api\`, which \`npm install\` adds where it can.
`

describe.each(anyCatalogTarget)('the tables of an export ($engine)', ({ create }) => {
  let catalog: TestCatalog
  beforeAll(async () => {
    catalog = await openTestCatalog(create)
  })
  afterAll(() => catalog[Symbol.asyncDispose]())

  test('match docs/exports.md (npm run docs regenerates it)', async () => {
    const client = await catalog.connection.pool.connect()
    const views = await readViews(client).finally(() => client.release())
    await expect([INTRODUCTION, ...views.map(section)].join('\n')).toMatchFileSnapshot('../../docs/exports.md')
  })
})

function section(view: ExportedView): string {
  const changes = changesOf(view) === undefined ? '`--since` has no effect.' : '`--since` selects rows.'
  const order = orderOf(view).map((column) => `\`${column}\``)
  return [
    `## ${view.name}\n`,
    `${view.about}\n`,
    `\`${view.name}/${view.name}.parquet\`, sorted by ${order.join(', ')}. ${changes}\n`,
    '| column | Parquet type | what |\n| --- | --- | --- |',
    ...view.columns.map(
      ({ name, type, about }) => `| \`${name}\` | ${parquetType(columnType(type).parquet(name))} | ${about} |`,
    ),
    '',
  ].join('\n')
}

function parquetType([element]: readonly SchemaElement[]): string {
  const logical = element?.logical_type
  if (logical?.type === 'LIST') return 'LIST of STRING'
  if (logical?.type === 'TIMESTAMP') return 'TIMESTAMP (UTC, microseconds)'
  return logical?.type ?? element?.type ?? ''
}
