import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { connect as connectSocket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type CatalogConnection, openConnection } from '../../../src/catalog/connection.ts'
import type { EmbeddedEvent } from '../../../src/catalog/embedded/embedded-events.ts'
import { int32 } from '../../../src/catalog/embedded/protocol/wire.ts'
import { createDataDirectory } from '../../support/catalog/embedded.ts'

const ENDLESS = 'select count(*) from generate_series(1, 1e12::bigint)'

describe('clients of one embedded catalog', () => {
  let dataDirectory: string
  let connection: CatalogConnection
  const events: EmbeddedEvent[] = []
  const clients: pg.Client[] = []

  beforeAll(async () => {
    dataDirectory = await createDataDirectory()
    connection = await openConnection({ dataDirectory }, { onEvent: (event) => events.push(event) })
    await connection.pool.query('create table numbers (value int)')
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()))
    await connection.pool.query('truncate numbers')
  })
  afterAll(async () => {
    await connection.close()
    await rm(dataDirectory, { recursive: true })
  })

  /** A client like that of another process: a plain driver that knows only the folder of the socket. */
  async function connect(options: pg.ClientConfig = {}): Promise<pg.Client> {
    const client = new pg.Client({
      host: dataDirectory,
      user: 'somebody',
      database: 'anything',
      ssl: false,
      ...options,
    })
    client.on('error', () => undefined)
    await client.connect()
    clients.push(client)
    return client
  }

  async function storedNumbers(): Promise<number[]> {
    const { rows } = await connection.pool.query<{ value: number }>('select value from numbers order by value')
    return rows.map((row) => row.value)
  }

  test('wait while one has an open transaction, and see nothing of it before its commit', async () => {
    const [writer, reader] = [await connect(), await connect()]
    await writer.query('begin')
    await writer.query('insert into numbers values (1)')
    const order: string[] = []
    const read = reader.query('select count(*)::int as count from numbers').then(({ rows }) => {
      order.push('read')
      return rows
    })
    await writer.query('insert into numbers values (2)')
    await writer.query('commit').then(() => order.push('committed'))
    expect(await read).toEqual([{ count: 2 }])
    expect(order).toEqual(['committed', 'read'])
  })

  test('take turns: none waits for all queries that another has queued', async () => {
    const [holder, greedy, modest] = [await connect(), await connect({ pipeline: true }), await connect()]
    await connection.pool.query('create sequence turns')
    // Both have queued before either gets a turn: their queries reach the server before the holder's commit.
    await holder.query('begin')
    const takeTurn = `select nextval('turns')::int as turn`
    const queued = Array.from({ length: 20 }, () => greedy.query(takeTurn))
    const turn = modest.query<{ turn: number }>(takeTurn)
    await holder.query('select 1')
    await holder.query('commit')
    await Promise.all(queued)
    // A sequence numbers the turns, because answers from several sockets may be read in any order.
    expect((await turn).rows[0]?.turn).toBeLessThanOrEqual(2)
  })

  test('find no settings, statements, tables or locks that another left in the session', async () => {
    const [first, second] = [await connect(), await connect()]
    await first.query(`set work_mem = '5MB'`)
    await first.query(`select set_config('search_path', 'pg_catalog', false)`)
    await first.query('create temporary table mine (value int)')
    await first.query({ name: 'same', text: 'select 1 as answer' })
    const { rows } = await second.query({ name: 'same', text: 'select 2 as answer' })
    expect(rows).toEqual([{ answer: 2 }])
    expect((await second.query('show work_mem')).rows).toEqual([{ work_mem: '16MB' }])
    expect((await second.query('show search_path')).rows).toEqual([{ search_path: 'public' }])
    expect((await second.query(`select to_regclass('mine') as mine`)).rows).toEqual([{ mine: null }])
  })

  test('that disconnect in a transaction have it rolled back', async () => {
    const client = await connect()
    await client.query('begin')
    await client.query('insert into numbers values (1)')
    clients.splice(clients.indexOf(client), 1)
    const ended = new Promise((resolve) => client.once('end', resolve))
    // As from a killed process: no Terminate message.
    ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
    await ended
    expect(await storedNumbers()).toEqual([])
  })

  test('get their own errors and can continue afterwards', async () => {
    const client = await connect()
    await expect(client.query('select nothing')).rejects.toMatchObject({ code: '42703' })
    await expect(client.query('select $1::int', ['x'])).rejects.toMatchObject({ code: '22P02' })
    await client.query('begin')
    await expect(client.query('select 1/0')).rejects.toMatchObject({ code: '22012' })
    await expect(client.query('select 1')).rejects.toMatchObject({ code: '25P02' })
    await client.query('rollback')
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  test('lose only the query that they cancel', async () => {
    await connection.pool.query('insert into numbers values (7)')
    const client = await connection.pool.connect()
    const endless = expect(client.query(ENDLESS)).rejects.toMatchObject({ code: '57014' })
    const waiting = storedNumbers()
    await cancelUntil(client, endless)
    expect(await waiting).toEqual([7])
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    client.release()
    expect(events).toContainEqual({ type: 'restarted', reason: 'a query was canceled' })
  })

  test('are in a failed transaction after a query in one was cancelled', async () => {
    const client = await connection.pool.connect()
    await client.query('begin')
    await client.query('insert into numbers values (8)')
    await cancelUntil(client, expect(client.query(ENDLESS)).rejects.toMatchObject({ code: '57014' }))
    await expect(client.query('insert into numbers values (9)')).rejects.toMatchObject({ code: '25P02' })
    await client.query('rollback')
    client.release()
    expect(await storedNumbers()).toEqual([])
  })

  test('can cancel a queued query without disturbing the running one', async () => {
    const restarts = events.filter((event) => event.type === 'restarted').length
    const [holder, waiter] = [await connection.pool.connect(), await connection.pool.connect()]
    await holder.query('begin')
    const waiting = expect(waiter.query('insert into numbers values (1)')).rejects.toMatchObject({ code: '57014' })
    await cancelUntil(waiter, waiting)
    await holder.query('commit')
    holder.release()
    waiter.release()
    expect(await storedNumbers()).toEqual([])
    expect(events.filter((event) => event.type === 'restarted')).toHaveLength(restarts)
  })

  test('keep what was committed when Postgres dies during a query', async () => {
    await connection.pool.query('insert into numbers values (3)')
    const client = await connect()
    // Data that never comes: the wire server does not see a COPY in the middle of a query, and Postgres gives up.
    await expect(client.query('select 1; copy numbers from stdin')).rejects.toMatchObject({ code: '57P02' })
    expect(await storedNumbers()).toEqual([3])
  })

  /** Sends cancel requests as psql does on Ctrl-C, repeatedly: one that overtakes its query has no effect. */
  async function cancelUntil(client: pg.PoolClient, cancelled: Promise<void>): Promise<void> {
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
    const request = Buffer.concat([16, 80877102, processID, secretKey].map(int32))
    let isOver = false
    const over = cancelled.finally(() => {
      isOver = true
    })
    while (!isOver) {
      const socket = connectSocket(join(dataDirectory, '.s.PGSQL.5432'))
      socket.end(request)
      // The server closes the socket after it has handled the request, so none is left to affect later queries.
      await once(socket.resume(), 'close')
      await Promise.race([over, delay(50)])
    }
    await over
  }
})

describe('an idle transaction', () => {
  test('is rolled back and disconnected once it has blocked others for too long', async () => {
    const dataDirectory = await createDataDirectory()
    const connection = await openConnection({ dataDirectory }, { idleInTransactionMs: 200 })
    const client = await connection.pool.connect()
    const errors: unknown[] = []
    client.on('error', (error) => errors.push(error))
    // In one message, so that it is not idle in between.
    await client.query('begin; create table never (value int)')
    const { rows } = await connection.pool.query(`select to_regclass('never') as never`)
    expect(rows).toEqual([{ never: null }])
    expect(errors[0]).toMatchObject({ code: '25P03' })
    client.release(true)
    await connection.close()
  })
})
