import type { DuckDBPreparedStatement, DuckDBResult, DuckDBType } from '@duckdb/node-api'
import { toJson } from '../../output/json.ts'
import { QueryRefused, QueryTimedOut } from '../query-errors.ts'
import type { QueryResult, QueryValue } from '../query-result.ts'
import type { QueryLimits } from '../sql-runner.ts'
import type { OpenDuckDb } from './open-duckdb.ts'
import { queryValue } from './query-value.ts'

const INTERRUPT_MS = 50

/**
 * Runs one SELECT on DuckDB, with the limits of `hubdex sql`.
 *
 * @throws QueryRefused when the text is invalid or not one SELECT
 * @throws QueryTimedOut when the timeout was exceeded
 * @throws the signal's reason when it was aborted
 */
export async function runDuckDbQuery(
  engine: OpenDuckDb,
  text: string,
  limits: QueryLimits,
  signal: AbortSignal,
): Promise<QueryResult> {
  signal.throwIfAborted()
  const { connection } = engine
  const timeout = AbortSignal.timeout(limits.timeoutMs)
  let interrupting: NodeJS.Timeout | undefined
  // Again and again, since DuckDB forgets an interruption while no statement runs.
  const stop = () => {
    connection.interrupt()
    interrupting ??= setInterval(() => connection.interrupt(), INTERRUPT_MS)
  }
  for (const source of [timeout, signal]) source.addEventListener('abort', stop)
  try {
    const statement = await prepareSelect(engine, text)
    return await collect(await statement.stream(), limits)
  } catch (error) {
    signal.throwIfAborted()
    if (timeout.aborted) throw new QueryTimedOut(limits.timeoutMs, { cause: error })
    if (error instanceof QueryRefused) throw error
    throw refused(error, engine)
  } finally {
    clearInterval(interrupting)
    for (const source of [timeout, signal]) source.removeEventListener('abort', stop)
  }
}

async function prepareSelect({ connection }: OpenDuckDb, text: string): Promise<DuckDBPreparedStatement> {
  const { StatementType } = await import('@duckdb/node-api')
  const statements = await connection.extractStatements(text)
  if (statements.count !== 1) {
    throw new QueryRefused(`Found ${statements.count} statements; expected a single SELECT.`, { code: '42601' })
  }
  const statement = await statements.prepare(0)
  if (statement.statementType === StatementType.SELECT) return statement
  const found = StatementType[statement.statementType] ?? 'another statement'
  throw new QueryRefused(`Only a single SELECT may be run, not ${found}.`, { code: '0A000' })
}

async function collect(result: DuckDBResult, limits: QueryLimits): Promise<QueryResult> {
  const columns = result.deduplicatedColumnNames()
  // Those of the portions do not say which texts are JSON.
  const types = result.columnTypes()
  const rows: QueryValue[][] = []
  let bytes = 0
  for await (const portion of result.yieldRows()) {
    for (const values of portion) {
      if (rows.length >= limits.maxRows) return { columns, rows, truncatedBy: 'rows' }
      const row = values.map((value, index) => queryValue(value, types[index] as DuckDBType))
      bytes += toJson(row).length
      if (bytes > limits.maxBytes) return { columns, rows, truncatedBy: 'bytes' }
      rows.push(row)
    }
  }
  return { columns, rows, truncatedBy: undefined }
}

/** DuckDB's errors begin with their kind, and show the place in the text below. */
function refused(error: unknown, { tables }: OpenDuckDb): QueryRefused {
  const message = error instanceof Error ? error.message : String(error)
  const advice = /^Catalog Error: Table/.test(message) ? ` Queries may read ${tables.join(', ')}.` : ''
  const memory = /^Out of Memory Error/.test(message) ? ' Raise HUBDEX_DUCKDB_MEMORY_MB, or ask for less at a time.' : ''
  return new QueryRefused(`DuckDB refused the query: ${message}${memory}${advice}`, { code: '42000', cause: error })
}
