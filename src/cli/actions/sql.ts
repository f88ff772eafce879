import { text as readText } from 'node:stream/consumers'
import { findNamedQuery, NAMED_QUERIES } from '../../analytics/named-queries.ts'
import { QueryRefused } from '../../analytics/query-errors.ts'
import type { QueryResult } from '../../analytics/query-result.ts'
import { runQuery } from '../../analytics/sql-runner.ts'
import { renderCsv } from '../../output/csv.ts'
import { escapeLines } from '../../output/escape.ts'
import { counted } from '../../output/format.ts'
import { renderJsonRows } from '../../output/json.ts'
import type { SqlFormat } from '../../output/sql-formats.ts'
import { renderColumns, renderTable } from '../../output/table.ts'
import { openExistingCatalog } from '../../service/open/catalog.ts'
import { type CommandContext, UsageError } from '../command.ts'

interface SqlFlags {
  format?: SqlFormat
  list?: boolean
}

/** `hubdex sql`: runs read-only SQL over the catalog. */
export async function sqlAction(context: CommandContext, flags: SqlFlags, [query]: readonly string[]): Promise<number> {
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
  reportTruncation(result, context)
  return 0
}

async function textOf(query: string | undefined): Promise<string> {
  if (query === undefined) {
    throw new UsageError('Expected a statement or the name of a query, such as `hubdex sql "select count(*) from models"`.')
  }
  if (query === '-') return await readText(process.stdin)
  return findNamedQuery(query)?.sql ?? query
}

/** Turns a refused statement into a usage error. */
async function runOrExplain(run: () => Promise<QueryResult>): Promise<QueryResult> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof QueryRefused) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

function render(result: QueryResult, format: SqlFormat, { isTerminal, width }: CommandContext): string {
  if (format === 'json') return renderJsonRows(result)
  // Only a terminal obeys control sequences, so programs get the text unchanged.
  if (format === 'csv') return isTerminal ? escapeLines(renderCsv(result)) : renderCsv(result)
  return `${renderColumns(result, { width, keepYearsPlain: true, isExact: true })}\n(${counted(result.rows.length, 'row')})`
}

function reportTruncation({ truncatedBy, rows }: QueryResult, { settings, log }: CommandContext): void {
  if (truncatedBy === 'rows') log(`Truncated after ${counted(rows.length, 'row')}; --sql-max-rows raises the limit.`)
  if (truncatedBy === 'bytes') log(`Truncated after ${settings.sqlMaxMb} MB; HUBDEX_SQL_MAX_MB raises the limit.`)
}
