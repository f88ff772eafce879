import { type CatalogConnection, openConnection } from '../../../src/catalog/connection.ts'
import { migrate } from '../../../src/catalog/migrate.ts'
import { PASS_KINDS } from '../../../src/catalog/schema.ts'
import { stageCoverage } from '../../../src/catalog/stages/stage-due.ts'
import type { CatalogReader } from '../hub/hub-truth.ts'
import { type RunningCommand, startHubdex } from './hubdex-process.ts'

/** Processes of hubdex with one Postgres and one queue, as on many machines. */
export class Fleet {
  readonly connection: CatalogConnection
  readonly catalog: CatalogReader
  readonly #environment: Record<string, string>
  readonly #running = new Set<RunningCommand>()

  private constructor(connection: CatalogConnection, environment: Record<string, string>) {
    this.connection = connection
    this.#environment = environment
    this.catalog = { rows: async (query) => (await connection.pool.query(query)).rows }
  }

  static async over(databaseUrl: string, environment: Record<string, string>): Promise<Fleet> {
    const connection = await openConnection({ databaseUrl })
    await migrate(connection.db)
    return new Fleet(connection, { DATABASE_URL: databaseUrl, HUBDEX_LOG_FORMAT: 'text', ...environment })
  }

  start(...commandLine: string[]): RunningCommand {
    return this.startWith({}, ...commandLine)
  }

  /** Starts a process with settings of its own. */
  startWith(environment: Record<string, string>, ...commandLine: string[]): RunningCommand {
    const command = startHubdex(commandLine, { ...this.#environment, ...environment })
    this.#running.add(command)
    void command.result.then(() => this.#running.delete(command))
    return command
  }

  async value(query: string): Promise<number> {
    return Number(Object.values((await this.catalog.rows(query))[0] ?? {})[0])
  }

  /** Whether full passes over all kinds are complete, every stage of every repo is done, and all repos are indexed. */
  async isDone(): Promise<boolean> {
    const passes = await this.value(`select count(distinct kind) from passes where scope = 'full' and state = 'complete'`)
    if (passes < PASS_KINDS.length) return false
    const coverage = await stageCoverage(this.connection.db)
    if (coverage.some(({ due, waiting }) => due + waiting > 0)) return false
    const left = `(select count(*) from catalog.removal_candidates) + (select count(*) from catalog.search_outbox)`
    return (await this.value(`select ${left}`)) === 0
  }

  /** Kills all running processes. */
  async close(): Promise<void> {
    const left = [...this.#running]
    for (const { child } of left) child.kill('SIGKILL')
    await Promise.all(left.map(({ result }) => result))
    await this.connection.close()
  }
}
