import { text as readText } from 'node:stream/consumers'
import { type Command, Option } from 'commander'
import { findNamedQuery, NAMED_QUERIES } from '../analytics/named-queries.ts'
import { QueryRefused } from '../analytics/query-errors.ts'
import type { QueryResult } from '../analytics/query-result.ts'
import { runQuery } from '../analytics/sql-runner.ts'
import { openExistingCatalog } from './catalog.ts'
import { type CommandContext, defineCommand, type Run, UsageError } from './command.ts'
import { renderCsv } from './output/csv.ts'
import { escapeLines } from './output/escape.ts'
import { counted } from './output/format.ts'
import { renderJsonRows } from './output/json.ts'
import { renderColumns, renderTable } from './output/table.ts'

const FORMATS = ['table', 'json', 'csv'] as const

interface SqlFlags {
  format?: (typeof FORMATS)[number]
  list?: boolean
}

/** `hubdex sql`: read-only SQL over the catalogue. */
export function sqlCommand(run: Run): Command {
  return defineCommand({
    name: 'sql',
    summary: 'Read-only SQL over the catalogue, or a query that comes with hubdex',
    description:
      'Runs one read-only statement over the views of the catalogue (models, datasets, spaces, repos, repo_tags, tags, ' +
      'lineage, passes …), limited in time and rows. `-` reads it from stdin. Numbers keep all their digits in every format: ' +
      'JSON has them as numbers, which a program that parses them as doubles rounds; NaN and the infinities are texts there.',
    settings: ['sqlTimeoutMs', 'sqlMaxRows'],
    examples: [
      'hubdex sql "select license, count(*) from models group by license order by 2 desc limit 10"',
      'hubdex sql --list',
      'hubdex sql licences --format csv > licences.csv',
    ],
  })
    .argument('[query]', 'a statement, the name of a query, or - for stdin')
    .addOption(
      new Option('--format <format>', 'how to print the rows; left out, as a table or with --json as JSON').choices(
        FORMATS,
      ),
    )
    .option('--list', 'list the queries that come with hubdex')
    .action(run<SqlFlags>((context, flags, [query]) => sqlAction(context, flags, query)))
}

async function sqlAction(context: CommandContext, flags: SqlFlags, query: string | undefined): Promise<number> {
  if (flags.list === true) {
    const rows = NAMED_QUERIES.map(({ name, title }) => ({ name, title }))
    context.answer(rows, () => renderTable(rows, { width: context.width }))
    return 0
  }
  const text = await textOf(query)
  const { sqlTimeoutMs, sqlMaxRows, sqlMaxMb } = context.settings
  const limits = { timeoutMs: sqlTimeoutMs, maxRows: sqlMaxRows, maxBytes: sqlMaxMb * 1024 * 1024 }
  await using catalog = await openExistingCatalog(context)
  const result = await runOrExplain(() => runQuery(catalog.connection.pool, text, limits, { signal: context.signal }))
  const format = flags.format ?? (context.json ? 'json' : 'table')
  context.print(render(result, format, context))
  explainCut(result, context)
  return 0
}

async function textOf(query: string | undefined): Promise<string> {
  if (query === undefined) {
    throw new UsageError(
      'Expected a statement or the name of a query, such as `hubdex sql "select count(*) from models"`.',
    )
  }
  if (query === '-') return await readText(process.stdin)
  return findNamedQuery(query)?.sql ?? query
}

/** A statement that is wrong is a matter of usage; the others are failures. */
async function runOrExplain(run: () => Promise<QueryResult>): Promise<QueryResult> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof QueryRefused) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

function render(result: QueryResult, format: (typeof FORMATS)[number], { isTerminal, width }: CommandContext): string {
  if (format === 'json') return renderJsonRows(result)
  // Programs get the text as it is, which a person's terminal must not.
  if (format === 'csv') return isTerminal ? escapeLines(renderCsv(result)) : renderCsv(result)
  return `${renderColumns(result, { width, mayHoldYears: true, isExact: true })}\n(${counted(result.rows.length, 'row')})`
}

function explainCut({ cut, rows }: QueryResult, { settings, log }: CommandContext): void {
  if (cut === 'rows') log(`Cut off at ${counted(rows.length, 'row')}; --sql-max-rows raises the limit.`)
  if (cut === 'bytes') log(`Cut off at ${settings.sqlMaxMb} MB; HUBDEX_SQL_MAX_MB raises the limit.`)
}
