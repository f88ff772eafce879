/**
 * A process that writes to an embedded catalog until SIGTERM. Prints lines: `serving`, `creating`, then the number of each row
 * whose commit was acknowledged.
 *
 * node embedded-child.ts DATA_DIRECTORY NAME [strict]   strict: any error ends it, even a broken connection
 */
import { setTimeout as delay } from 'node:timers/promises'
import { openConnection } from '../../../src/catalog/connection.ts'
import { retryConnection } from '../../../src/catalog/postgres/connection-retry.ts'

const [dataDirectory = '', name = '', mode] = process.argv.slice(2)

const PAUSE_MS = 10

let isStopping = false
process.once('SIGTERM', () => {
  isStopping = true
})

const { pool, close } = await openConnection({ dataDirectory }, { onEvent: ({ type }) => console.log(type) })
const persistently = mode === 'strict' ? (work: () => Promise<void>) => work() : retryConnection<void>
await persistently(async () => {
  await pool.query('create table if not exists written (name text, number int, primary key (name, number))')
})

for (let number = 1; !isStopping; number++) {
  await persistently(() => writeRow(number))
  console.log(number)
  // Without a pause, some processes would keep all cores busy.
  await delay(PAUSE_MS)
}
await close()

/** Uses several statements, so that it can be interrupted in the middle. May run twice for one number. */
async function writeRow(number: number): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('insert into written values ($1, $2) on conflict do nothing', [name, number])
    await client.query('commit')
    client.release()
  } catch (error) {
    client.release(true)
    throw error
  }
}
