import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { openPostgres } from './pool.ts'

/** A position in the server's write-ahead log, as Postgres writes it: `0/16B3748`. */
export type LogPosition = string

/** How far a replica is behind its server. */
export interface ReplicaLag {
  /** Bytes of the write-ahead log that it has not replayed. */
  bytes: number
  /** Seconds since the newest transaction that it has replayed, at most; 0 if nothing is missing. */
  secs: number
}

const REACH_POLL_MS = 50

/** The two do not hold the same data. */
class NoReplica extends Error {
  override readonly name = 'NoReplica'
}

/**
 * A physical replica (streaming or from an archive) of the catalog's server, which answers reads. What it answers may be older
 * than what the server has, by its lag.
 */
export class ReadReplica {
  readonly pool: pg.Pool
  readonly #server: pg.Pool

  private constructor(pool: pg.Pool, server: pg.Pool) {
    this.pool = pool
    this.#server = server
  }

  /**
   * Connects, and checks that it is a replica of the server.
   *
   * @throws PostgresUnavailable if it cannot be used, NoReplica if it holds other data
   */
  static async open(url: string, server: pg.Pool, maxConnections: number): Promise<ReadReplica> {
    const pool = await openPostgres(url, maxConnections)
    try {
      const [found, expected] = await Promise.all([identityOf(pool), identityOf(server)])
      if (found !== expected) {
        throw new NoReplica(
          `DATABASE_READ_URL leads to ${found}; expected a replica of ${expected}, to which DATABASE_URL leads. Correct one of ` +
            'the two, or unset DATABASE_READ_URL.',
        )
      }
      return new ReadReplica(pool, server)
    } catch (error) {
      await pool.end()
      throw error
    }
  }

  /** The end of what its reads have seen, at least. */
  async position(): Promise<LogPosition> {
    return await positionOf(this.pool)
  }

  /** The end of what was written on the server so far. */
  async writtenPosition(): Promise<LogPosition> {
    return await positionOf(this.#server)
  }

  /** Waits until it has replayed the log up to a position. @returns whether it did so in time */
  async reach(position: LogPosition, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const { rows } = await this.pool.query<{ reached: boolean }>({
        text: `select ${POSITION} >= $1::pg_lsn as reached`,
        values: [position],
      })
      if (rows[0]?.reached === true) return true
      if (performance.now() >= deadline) return false
      await delay(REACH_POLL_MS)
    }
  }

  async lag(): Promise<ReplicaLag> {
    const written = await this.writtenPosition()
    const { rows } = await this.pool.query<{ bytes: number; secs: number }>({
      text: `
        select greatest(0, pg_wal_lsn_diff($1, ${POSITION}))::float8 as bytes,
          greatest(0, coalesce(extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()), 0))::float8 as secs`,
      values: [written],
    })
    const { bytes = 0, secs = 0 } = rows[0] ?? {}
    // After a quiet hour the newest transaction is an hour old.
    return { bytes, secs: bytes === 0 ? 0 : secs }
  }
}

/** A replica that was promoted has no replay position any more, and continues as a server. */
const POSITION = 'case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end'

async function positionOf(pool: pg.Pool): Promise<LogPosition> {
  const { rows } = await pool.query<{ position: string }>(`select (${POSITION})::text as position`)
  return rows[0]?.position ?? '0/0'
}

/** Replicas share the identifier that their server got when it was created. */
async function identityOf(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ database: string; identifier: string }>(
    'select current_database() as database, system_identifier::text as identifier from pg_control_system()',
  )
  const { database, identifier } = rows[0] ?? {}
  return `database ${database} of server ${identifier}`
}
