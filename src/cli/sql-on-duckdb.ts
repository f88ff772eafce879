import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { columnarCopy } from '../analytics/duckdb/columnar-copy.ts'
import { openDuckDb } from '../analytics/duckdb/open-duckdb.ts'
import { runDuckDbQuery } from '../analytics/duckdb/run-duckdb-query.ts'
import type { QueryResult } from '../analytics/query-result.ts'
import type { QueryLimits } from '../analytics/sql-runner.ts'
import type { OpenCatalog } from '../service/open/catalog.ts'
import type { CommandContext } from './command.ts'
import { RowProgress } from './progress/row-progress.ts'

/** Runs a query on DuckDB, over an export in the data directory that is made again when it is too old. */
export async function runOnDuckDb(
  context: CommandContext,
  { reads }: OpenCatalog,
  text: string,
  limits: QueryLimits,
): Promise<QueryResult> {
  const { dataDir, duckDbMemoryMb, maxExportAgeSecs } = context.settings
  const [exports, temporaryFolder] = [join(dataDir, 'exports'), join(dataDir, 'exports', 'temporary')]
  await mkdir(temporaryFolder, { recursive: true, mode: 0o700 })
  const copy = await withProgress(context, (progress) =>
    columnarCopy(reads.pool, exports, {
      maxAgeMs: maxExportAgeSecs * 1000,
      signal: context.signal,
      onRows: (table, rows) => progress.show(table, rows),
    }),
  )
  context.log(`DuckDB reads the catalog as it was at ${copy.manifest.catalogTime}; --max-export-age-secs 0 exports it again.`)
  using engine = await openDuckDb(copy.folder, copy.manifest, { memoryMb: duckDbMemoryMb, temporaryFolder })
  return await runDuckDbQuery(engine, text, limits, context.signal)
}

async function withProgress<Result>(
  context: CommandContext,
  work: (progress: RowProgress) => Promise<Result>,
): Promise<Result> {
  using progress = new RowProgress(context)
  return await work(progress)
}
