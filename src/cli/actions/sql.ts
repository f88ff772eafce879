import { text as readText } from 'node:stream/consumers'
import { bindParameters, InvalidParameter, readParameters } from '../../analytics/queries/bind-parameters.ts'
import { findNamedQuery, NAMED_QUERIES } from '../../analytics/queries/named-queries.ts'
import type { NamedQuery } from '../../analytics/queries/named-query.ts'
import { QueryRefused } from '../../analytics/query-errors.ts'
import type { QueryResult } from '../../analytics/query-result.ts'
import { type QueryLimits, runQuery } from '../../analytics/sql-runner.ts'
import { renderCsv } from '../../output/csv.ts'
import { escapeLines } from '../../output/escape.ts'
import { counted } from '../../output/format.ts'
import { renderJsonRows } from '../../output/json.ts'
import { renderParquet } from '../../output/parquet.ts'
import type { SqlEngine, SqlFormat } from '../../output/sql-formats.ts'
import { renderColumns, renderTable } from '../../output/table.ts'
import { InvalidSearch } from '../../search/invalid-search.ts'
import { type OpenCatalog, openExistingCatalog } from '../../service/open/catalog.ts'
import { CHART_ROWS, type ChartFlags, chartOutput } from '../chart-output.ts'
import { type CommandContext, UsageError } from '../command.ts'
import { listValues } from '../input/list-values.ts'

interface SqlFlags extends ChartFlags {
  engine: SqlEngine
  format?: SqlFormat
  list?: boolean
  set?: readonly string[]
}

/** `hubdex sql`: runs read-only SQL over the catalog. */
export async function sqlAction(context: CommandContext, flags: SqlFlags, [query]: readonly string[]): Promise<number> {
  if (flags.list === true) {
    const rows = NAMED_QUERIES.map(({ name, title, parameters = [] }) => ({
      name,
      parameters: parameters.map((parameter) => parameter.name).join(', '),
      title,
    }))
    context.answer(rows, () => renderTable(rows, { width: context.width }))
    return 0
  }
  const draw = await chartOutput(context, flags)
  const text = await textOf(query, flags.set ?? [])
  const { sqlTimeoutMs, sqlMaxRows, sqlMaxMb } = context.settings
  const isLimitSet = context.loaded.sources.sqlMaxRows.from !== 'default'
  const maxRows = draw === undefined || isLimitSet ? sqlMaxRows : CHART_ROWS
  const limits = { timeoutMs: sqlTimeoutMs, maxRows, maxBytes: sqlMaxMb * 1024 * 1024 }
  await using catalog = await openExistingCatalog(context)
  const result = await runOrExplain(() => runOn(flags.engine, context, catalog, text, limits))
  if (draw !== undefined) {
    await draw(result, findNamedQuery(query ?? '')?.title)
    reportTruncation(result, context)
    return 0
  }
  const format = flags.format ?? (context.json ? 'json' : 'table')
  if (format === 'parquet') printParquet(context, result)
  else context.print(render(result, format, context))
  reportTruncation(result, context)
  return 0
}

async function textOf(query: string | undefined, settings: readonly string[]): Promise<string> {
  if (query === undefined) {
    throw new UsageError('Expected a statement or the name of a query, such as `hubdex sql "select count(*) from models"`.')
  }
  const named = findNamedQuery(query)
  if (named !== undefined) return await boundQuery(named, settings)
  if (settings.length > 0) throw new UsageError('--set is for queries that come with hubdex; `hubdex sql --list` lists them.')
  return query === '-' ? await readText(process.stdin) : query
}

async function boundQuery(query: NamedQuery, settings: readonly string[]): Promise<string> {
  try {
    return bindParameters(query, await readParameters(query, settings, listValues), new Date())
  } catch (error) {
    if (error instanceof InvalidParameter || error instanceof InvalidSearch)
      throw new UsageError(error.message, { cause: error })
    throw error
  }
}

async function runOn(engine: SqlEngine, context: CommandContext, catalog: OpenCatalog, text: string, limits: QueryLimits) {
  if (engine === 'postgres') return await runQuery(catalog.reads.pool, text, limits, { signal: context.signal })
  const { runOnDuckDb } = await import('../sql-on-duckdb.ts')
  return await runOnDuckDb(context, catalog, text, limits)
}

function printParquet(context: CommandContext, result: QueryResult): void {
  if (context.isTerminal) throw new UsageError('Parquet is binary; expected a file. Add > rows.parquet.')
  context.printBytes(renderParquet(result))
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

function render(result: QueryResult, format: Exclude<SqlFormat, 'parquet'>, { isTerminal, width }: CommandContext): string {
  if (format === 'json') return renderJsonRows(result)
  // Only a terminal obeys control sequences, so programs get the text unchanged.
  if (format === 'csv') return isTerminal ? escapeLines(renderCsv(result)) : renderCsv(result)
  return `${renderColumns(result, { width, keepYearsPlain: true, isExact: true })}\n(${counted(result.rows.length, 'row')})`
}

function reportTruncation({ truncatedBy, rows }: QueryResult, { settings, log }: CommandContext): void {
  if (truncatedBy === 'rows') log(`Truncated after ${counted(rows.length, 'row')}; --sql-max-rows raises the limit.`)
  if (truncatedBy === 'bytes') log(`Truncated after ${settings.sqlMaxMb} MB; HUBDEX_SQL_MAX_MB raises the limit.`)
}
