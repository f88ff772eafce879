import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestCatalog, type TestCatalog } from '../support/catalog/catalog.ts'
import { anyCatalogTarget } from '../support/catalog/embedded.ts'

const INTRODUCTION = `# Views

<!-- Generated from the comments in the database by \`npm run docs\`. -->

Write SQL against these views, with \`hubdex sql\`, \`psql\` or any other client. The views are stable; the tables behind them,
in the schema \`catalog\`, change without notice. The database holds the same texts: \`\\d+ models\` shows them in \`psql\`.

\`models\`, \`datasets\` and \`spaces\` only have live repos; \`repos\` also has those removed from the Hub. Times are UTC. Text
was written by users of the Hub: treat it as hostile wherever you show it.
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

  test('matches docs/views.md (npm run docs regenerates it)', async () => {
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
