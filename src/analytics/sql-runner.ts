import pg from 'pg'
import { QueryRefused, QueryTimedOut } from './query-errors.ts'
import { parseAnswer, type QueryResult } from './query-result.ts'
import { blamesQuery, concernsRelations, refusal } from './refusal.ts'
import { createStopper, type Stopper } from './stopper.ts'
import { listViews } from './views.ts'

/** Far longer than any sensible query. Parsing one takes many times its length in memory. */
const MAX_TEXT_BYTES = 1_000_000

export interface QueryLimits {
  timeoutMs: number
  /** Further rows are left out, and the result says so. */
  maxRows: number
  /** Rows are left out from where the JSON of the result would exceed this size, and the result says so. */
  maxBytes: number
}

interface RunOptions {
  signal?: AbortSignal | undefined
}

/**
 * Runs one read-only query with any text behind the fence of `catalog.run_query`: as a role that can only read the public
 * views, in a read-only transaction that is rolled back, with limits on time and size.
 *
 * @throws QueryRefused when the text is invalid or not allowed
 * @throws QueryTimedOut when the timeout was exceeded
 * @throws the signal's reason when it was aborted; the query is then canceled
 */
export function runQuery(pool: pg.Pool, text: string, limits: QueryLimits, options: RunOptions = {}): Promise<QueryResult> {
  return querySnapshot(pool, limits, (run) => run(text), options)
}

/**
 * Runs several queries as `runQuery` does, one after the other, on the catalog as it is at one instant. Each has the limits for
 * itself. The embedded engine does nothing else until all are done.
 */
export async function querySnapshot<Result>(
  pool: pg.Pool,
  limits: QueryLimits,
  work: (run: (text: string) => Promise<QueryResult>) => Promise<Result>,
  { signal }: RunOptions = {},
): Promise<Result> {
  signal?.throwIfAborted()
  const client = await pool.connect()
  const stopper = createStopper(pool, client, signal)
  let isClean = false
  let running = ''
  const run = async (text: string) => {
    refuseLongText(text)
    running = text
    return parseAnswer(await Promise.race([runFenced(client, text, limits, stopper), stopper.abandoned]))
  }
  try {
    signal?.throwIfAborted()
    await Promise.race([begin(client, limits), stopper.abandoned])
    const result = await work(run)
    await leaveTransaction(client)
    isClean = true
    return result
  } catch (error) {
    signal?.throwIfAborted()
    if (stopper.isFired() || isCancelled(error)) throw new QueryTimedOut(limits.timeoutMs, { cause: error })
    const isBlamed = error instanceof pg.DatabaseError && blamesQuery(error)
    if (!isBlamed && !(error instanceof QueryRefused)) throw error
    await leaveTransaction(client)
    isClean = true
    throw isBlamed
      ? refusal(error, running, concernsRelations(error) ? (await listViews(client)).map(({ name }) => name) : [])
      : error
  } finally {
    stopper.disarm()
    client.release(!isClean || stopper.isFired())
  }
}

function refuseLongText(text: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes <= MAX_TEXT_BYTES) return
  throw new QueryRefused(
    `The query is ${bytes} bytes long; at most ${MAX_TEXT_BYTES} are accepted. Select by a condition or a join instead of ` +
      'listing values.',
    { code: '54000' },
  )
}

async function begin(client: pg.PoolClient, { timeoutMs }: QueryLimits): Promise<void> {
  // Estimates of recursive queries are far too high, so Postgres would compile them for seconds.
  const settings = `set local statement_timeout = ${timeoutMs}; set local jit = off`
  await client.query(`begin isolation level repeatable read, read only; ${settings}`)
}

async function runFenced(client: pg.PoolClient, text: string, limits: QueryLimits, stopper: Stopper): Promise<string[]> {
  // Not earlier: on the embedded engine `begin` waits for other transactions.
  stopper.start(limits.timeoutMs)
  const { rows } = await client.query<[string]>({
    text: 'select line::text from catalog.run_query($1, $2, $3) as line',
    values: [text, limits.maxRows, limits.maxBytes],
    rowMode: 'array',
  })
  return rows.map(([line]) => line)
}

/** Session-level advisory locks are the only thing a query can acquire that outlives its transaction. */
async function leaveTransaction(client: pg.PoolClient): Promise<void> {
  await client.query('rollback; select pg_advisory_unlock_all()')
}

function isCancelled(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '57014'
}
