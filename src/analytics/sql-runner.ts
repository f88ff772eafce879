import pg from 'pg'
import { QueryRefused, QueryTimedOut } from './query-errors.ts'
import { parseAnswer, type QueryResult } from './query-result.ts'
import { blamesQuery, concernsRelations, refusal } from './refusal.ts'
import { createStopper, type Stopper } from './stopper.ts'

/** No query that a person or a program writes comes near it; reading one takes many times its length in memory. */
const MAX_TEXT_BYTES = 1_000_000

export interface QueryLimits {
  timeoutMs: number
  /** Rows beyond this many are left out, and the result says so. */
  maxRows: number
  /** Rows that would bring the answer's JSON beyond this many bytes are left out, and the result says so. */
  maxBytes: number
}

/**
 * Runs one read-only query, whatever its text, behind the fence of `catalog.run_query`: as a role that may only read the
 * public views, in a read-only transaction that is rolled back, for a limited time, with a limited answer.
 *
 * @throws QueryRefused when the text is wrong or not allowed
 * @throws QueryTimedOut when it ran out of time
 * @throws the signal's reason when it was aborted; the query is stopped then
 */
export async function runQuery(
  pool: pg.Pool,
  text: string,
  limits: QueryLimits,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<QueryResult> {
  const { signal } = options
  signal?.throwIfAborted()
  refuseLongText(text)
  const client = await pool.connect()
  const stopper = createStopper(pool, client, signal)
  let isClean = false
  try {
    signal?.throwIfAborted()
    const lines = await Promise.race([runFenced(client, text, limits, stopper), stopper.abandoned])
    await leaveTransaction(client)
    isClean = true
    return parseAnswer(lines)
  } catch (error) {
    signal?.throwIfAborted()
    if (stopper.isFired() || isCancelled(error)) throw new QueryTimedOut(limits.timeoutMs, { cause: error })
    if (!(error instanceof pg.DatabaseError) || !blamesQuery(error)) throw error
    await leaveTransaction(client)
    isClean = true
    throw refusal(error, text, concernsRelations(error) ? await readableViews(client) : [])
  } finally {
    stopper.disarm()
    client.release(!isClean || stopper.isFired())
  }
}

function refuseLongText(text: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes <= MAX_TEXT_BYTES) return
  throw new QueryRefused(
    `The query is ${bytes} bytes long; ${MAX_TEXT_BYTES} at most are taken. Name what it looks for by a condition or a join, ` +
      'not one by one.',
    { code: '54000' },
  )
}

async function runFenced(
  client: pg.PoolClient,
  text: string,
  limits: QueryLimits,
  stopper: Stopper,
): Promise<string[]> {
  await client.query(`begin read only; set local statement_timeout = ${limits.timeoutMs}`)
  // Not earlier: on the embedded engine `begin` waits until other transactions have ended.
  stopper.start(limits.timeoutMs)
  const { rows } = await client.query<[string]>({
    text: 'select line::text from catalog.run_query($1, $2, $3) as line',
    values: [text, limits.maxRows, limits.maxBytes],
    rowMode: 'array',
  })
  return rows.map(([line]) => line)
}

/** Session-wide advisory locks are the one thing a query can take that outlives its transaction. */
async function leaveTransaction(client: pg.PoolClient): Promise<void> {
  await client.query('rollback; select pg_advisory_unlock_all()')
}

function isCancelled(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '57014'
}

async function readableViews(client: pg.PoolClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'v' and has_table_privilege('hubdex_reader', oid, 'select')
     order by relname`,
  )
  return rows.map((row) => row.name)
}
