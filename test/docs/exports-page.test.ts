import type { SchemaElement } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columnType } from '../../src/analytics/export/column-types.ts'
import { changesOf, orderOf } from '../../src/analytics/export/exported-view.ts'
import { listViews, type ReadableView } from '../../src/analytics/views.ts'
import { openTestCatalog, type TestCatalog } from '../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'

const INTRODUCTION = `# How do I get the catalog as files?

<!-- Generated from the views in the database by \`npm run docs\`. -->

\`hubdex export FOLDER\` writes every public view as Parquet, one folder per table, and a \`manifest.json\` with the rows, bytes and
SHA-256 of each file, the time of the catalog and the number of its schema. All tables show the catalog at the same instant.
The folder is complete or unchanged: files are written beside it and take its name at the end, so that a former export in it
stays readable until then, and stays if the new one fails. \`hubdex export --check FOLDER\` compares every file with the manifest.

- \`--tables models,lineage\` writes some tables only.
- \`--since 7d\` (or \`--since 2026-11-01\`) writes what has changed since then, see [below](#how-do-i-keep-a-copy-up-to-date).
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

If the disk fills up, the export ends with an error and deletes what it wrote; a former export stays. A killed export leaves a
hidden folder beside its target (\`.FOLDER.XXXXXX\`), which nothing reads and which can be deleted.

An export names the schema of its catalog, which decides tables and columns. \`--check\` verifies exports of any schema, and says if
it is not the current one. It refuses a manifest of another layout (\`hubdexExport\`), which only another version of hubdex reads.

## How do I export to a bucket?

\`\`\`sh
export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… AWS_REGION=eu-central-1
hubdex export s3://my-bucket/hub
hubdex export --check s3://my-bucket/hub
\`\`\`

Other stores than AWS also need \`AWS_ENDPOINT_URL\`, such as \`https://s3.example.com\`; the bucket becomes a part of the path.
Temporary keys need \`AWS_SESSION_TOKEN\`. Profiles are not read: \`eval "$(aws configure export-credentials --format env)"\` sets
the variables of one. [Settings](settings.md#awsaccesskeyid) has all of them. The key needs \`s3:GetObject\`, \`s3:PutObject\`,
\`s3:ListBucket\`, \`s3:DeleteObject\`, \`s3:AbortMultipartUpload\` and \`s3:ListBucketMultipartUploads\`.

Objects cannot be renamed, so each export has a folder of its own, such as \`hub/20261127T081500000Z-1a2b3c4d/models/models.parquet\`.
\`hub/manifest.json\` is written last and names them. Tables are uploaded in parts of 16 MB while they are read; a part that fails
is sent again.

- Readers start at the manifest, which names a complete export at any time. Its \`path\`s are relative to it.
- The export before stays until the next one, so that readers that have begun can finish. Older ones are deleted.
- An interrupted export deletes its objects and aborts its uploads. A killed one cannot; nothing names what it leaves, and a later
  export deletes it. A rule of the bucket that aborts incomplete multipart uploads does no harm if it waits for a day.
- Export one at a time into a prefix: if another one finishes meanwhile, the later one deletes itself and fails.
- Other objects below the prefix are neither read nor deleted.

\`\`\`sql
-- DuckDB
set variable models = (select 's3://my-bucket/hub/' || file.path
  from (select unnest(files) as file from 's3://my-bucket/hub/manifest.json') where file.table = 'models');
select license, count(*) from read_parquet(getvariable('models')) group by all order by 2 desc;
\`\`\`

## How do I keep a copy up to date?

\`--since TIME\` selects by the clock of the database, and includes TIME itself. The manifest has it as \`since\`. Tables:

| tables | rows in the export | how to merge |
| --- | --- | --- |
| \`models\`, \`datasets\`, \`spaces\`, \`repos\`, \`repo_tags\` | all rows of each repo of which any field, counter or stage was written, that was renamed, removed or restored | delete the rows of every \`hub_id\` in the export's \`repos\`, then insert |
| \`repo_stages\`, \`repo_details\`, \`repo_files\`, \`cards\`, \`dataset_columns\`, \`parquet_files\`, \`parquet_splits\` | the same, but not if only counters changed | the same; rows of a \`hub_id\` that is in \`repos\` only because of its counters must stay, so delete by \`repo_stages\`, and by \`repos\` where \`removed_at\` is set |
| \`repo_events\` | events noticed since then | insert what is missing |
| \`repo_aliases\` | names noticed since then | replace by \`kind\`, \`alias\`, \`hub_id\` |
| \`repo_history\` | whole days since the day of TIME | replace by \`hub_id\`, \`day\` |
| \`passes\`, \`schedule_runs\` | those that ran since then | replace by \`pass_id\`, \`run_id\` |
| all others | everything | replace the table |

- A stage counts as written when it was done, also with the same result. A repo without a row in \`cards\`, say, has no README now.
- A removed repo is in \`repos\`, with \`removed_at\`, and in no table of live repos.
- \`hubdex forget\` deletes a repo without a tombstone. Delete it in copies as well, or copy everything again.
- Give the \`catalogTime\` of the manifest before, minus an hour. A transaction that was open then may have written older times.
  Rows that are exported twice are replaced by themselves, so the overlap does no harm.
- If an export was missed, give an older time. There is no limit: nothing of the above is cleaned up.

\`\`\`sql
-- DuckDB, over a copy in tables
delete from repos where hub_id in (select hub_id from 'CHANGES/repos/repos.parquet');
insert into repos by name select * from 'CHANGES/repos/repos.parquet';
delete from cards where hub_id in (select hub_id from 'CHANGES/repo_stages/repo_stages.parquet'
  union select hub_id from 'CHANGES/repos/repos.parquet' where removed_at is not null);
insert into cards by name select * from 'CHANGES/cards/cards.parquet';
\`\`\`

## How do I query an export with DuckDB?

\`hubdex sql --engine duckdb\` runs a query over such an export, which it makes in the data directory and makes again after an
hour (\`--max-export-age-secs\`), or if the catalog or its schema is another. Queries can read nothing else there: no other file, no
network, no extension. Larger intermediate results than \`HUBDEX_DUCKDB_MEMORY_MB\` go to disk. A query that cannot do with that is
refused, and the message says so.

It needs the optional package \`@duckdb/node-api\`, which \`npm install\` adds where it can. The container image goes without optional
packages, because it would grow by a third. There, export to a volume and run DuckDB beside it, or build an image with them:

\`\`\`sh
docker build --build-arg OPTIONAL=include --tag hubdex .
\`\`\`
`

describe.each(anyCatalogTarget)('the tables of an export ($engine)', ({ create }) => {
  let catalog: TestCatalog
  beforeAll(async () => {
    catalog = await openTestCatalog(create)
  })
  afterAll(() => catalog[Symbol.asyncDispose]())

  test('match docs/exports.md (npm run docs regenerates it)', async () => {
    const client = await catalog.connection.pool.connect()
    const views = await listViews(client).finally(() => client.release())
    await expect([INTRODUCTION, ...views.map(section)].join('\n')).toMatchFileSnapshot('../../docs/exports.md')
  })
})

function section(view: ReadableView): string {
  const changes = changesOf(view) === undefined ? '`--since` has no effect.' : '`--since` selects rows.'
  const order = orderOf(view).map((column) => `\`${column}\``)
  return [
    `## ${view.name}\n`,
    `${view.description}\n`,
    `\`${view.name}/${view.name}.parquet\`, sorted by ${order.join(', ')}. ${changes}\n`,
    '| column | Parquet type | what |\n| --- | --- | --- |',
    ...view.columns.map(
      ({ name, type, description }) => `| \`${name}\` | ${parquetType(columnType(type).parquet(name))} | ${description} |`,
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
