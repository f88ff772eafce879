import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'

const INTRODUCTION = `# Views

<!-- Written from the comments in the database; to write it anew: npm run docs -->

What to write SQL against, with \`hubdex sql\`, \`psql\` or any other client. These views stay; the tables behind them, in the schema
\`catalog\`, change without notice. The same texts are in the database: \`\\d+ models\` shows them in \`psql\`.

Rows of \`models\`, \`datasets\` and \`spaces\` are live; \`repos\` also has those gone from the Hub. Times are UTC. Text is what the
Hub's users wrote: treat it as hostile wherever it is shown.
`

const COLUMNS = `select c.relname as view, obj_description(c.oid) as about, a.attname as column,
    format_type(a.atttypid, null) as type, col_description(c.oid, a.attnum) as comment
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'v' order by c.relname, a.attnum`

const UNCOMMENTED = `select n.nspname || '.' || c.relname || coalesce('.' || a.attname, '') as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where n.nspname in ('public', 'catalog', 'search') and c.relkind in ('r', 'v', 'p') and c.relname not like 'migrations%'
    and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null)`

describe.each(anyCatalogTarget)('the schema ($engine)', ({ create }) => {
  let catalog: TestCatalog
  beforeAll(async () => {
    catalog = await openTestCatalog(create)
  })
  afterAll(async () => {
    await catalog[Symbol.asyncDispose]()
  })

  test('has a comment on every table, view and column', async () => {
    expect(await catalog.rows(UNCOMMENTED)).toEqual([])
  })

  test('is what docs/views.md says (npm run docs writes it anew)', async () => {
    const rows = await catalog.rows(COLUMNS)
    const byView = Map.groupBy(rows, (row) => row['view'])
    const sections = [...byView].map(([view, columns]) =>
      [
        `## ${view}\n\n${columns[0]?.['about']}\n\n| column | type | what |\n| --- | --- | --- |`,
        ...columns.map(({ column, type, comment }) => `| \`${column}\` | ${type} | ${comment} |`),
        '',
      ].join('\n'),
    )
    await expect([INTRODUCTION, ...sections].join('\n')).toMatchFileSnapshot('../../docs/views.md')
  })
})
