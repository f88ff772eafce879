import { readFile } from 'node:fs/promises'
import { openDuckDb } from '../../src/analytics/duckdb/open-duckdb.ts'
import { runDuckDbQuery } from '../../src/analytics/duckdb/run-duckdb-query.ts'
import { readManifest } from '../../src/analytics/export/folder/folder-source.ts'
import { QueryTimedOut } from '../../src/analytics/query-errors.ts'
import type { QueryResult } from '../../src/analytics/query-result.ts'
import { runQuery } from '../../src/analytics/sql-runner.ts'
import { type CatalogTarget, openConnection } from '../../src/catalog/connection.ts'
import { reportStep, stepParameters } from '../support/child.ts'

/** A query that takes longer counts as that long. */
const LIMITS = { timeoutMs: 300_000, maxRows: 100_000, maxBytes: 1_000_000_000 }
const NEVER = new AbortController().signal

/** What runs the queries: a catalog, or DuckDB over an export in a folder. */
export interface QueriesParameters {
  target?: CatalogTarget
  folder?: string
  queries: Readonly<Record<string, string>>
  rounds: number
}

interface Engine {
  run(text: string): Promise<QueryResult>
  cpuMs(): Promise<number>
}

// The fastest of several rounds of each query, in wall time and in processor time.
const { target, folder, queries, rounds } = stepParameters<QueriesParameters>()
const startedMs = performance.now()
if (target !== undefined) await withCatalog(target)
else if (folder !== undefined) await withDuckDb(folder)

async function measure({ run, cpuMs }: Engine): Promise<void> {
  const figures: Record<string, number> = {}
  for (const [name, text] of Object.entries(queries)) {
    for (let round = 0; round < rounds; round++) {
      const [cpuBefore, before] = [await cpuMs(), performance.now()]
      const isDone = await run(text).then(
        () => true,
        (error: unknown) => {
          if (error instanceof QueryTimedOut) return false
          throw error
        },
      )
      const [wall, cpu] = [performance.now() - before, (await cpuMs()) - cpuBefore]
      figures[`${name} wall`] = Math.min(wall, figures[`${name} wall`] ?? wall)
      figures[`${name} cpu`] = Math.min(cpu, figures[`${name} cpu`] ?? cpu)
      if (!isDone) break
    }
  }
  reportStep(startedMs, figures)
}

async function withCatalog(catalog: CatalogTarget): Promise<void> {
  const connection = await openConnection(catalog)
  const { pool } = connection
  const cpuMs = 'databaseUrl' in catalog ? () => postgresCpuMs() : async () => ownCpuMs()
  await measure({ run: (text) => runQuery(pool, text, LIMITS), cpuMs })
  await connection.close()

  /** Of all processes of the server, because queries have parallel workers. Linux has it in hundredths of a second. */
  async function postgresCpuMs(): Promise<number> {
    const { rows } = await pool.query<{ pids: number[] }>(
      `select array_agg(pid) || (select (regexp_match(pg_read_file('postmaster.pid'), '^\\d+'))[1]::int) as pids
       from pg_stat_activity where pid is not null`,
    )
    const times = await Promise.all((rows[0]?.pids ?? []).map(processCpuMs))
    return times.reduce((sum, time) => sum + time, 0)
  }
}

/** With its children that have ended. 0 for one that has ended. */
async function processCpuMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0) * 10, 0)
}

async function withDuckDb(exported: string): Promise<void> {
  using engine = await openDuckDb(exported, await readManifest(exported), {
    memoryMb: 1024,
    temporaryFolder: `${exported}-temporary`,
  })
  await measure({ run: (text) => runDuckDbQuery(engine, text, LIMITS, NEVER), cpuMs: async () => ownCpuMs() })
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
