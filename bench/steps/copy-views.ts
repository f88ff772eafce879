import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { to } from 'pg-copy-streams'
import { listViews } from '../../src/analytics/views.ts'
import { reportStep, stepParameters } from '../support/child.ts'

// The least that any export of the same views does: Postgres's own COPY, in its own order and format.
const { databaseUrl, folder } = stepParameters<{ databaseUrl: string; folder: string }>()
const client = new pg.Client({ connectionString: databaseUrl })
await client.connect()
const startedMs = performance.now()
let rows = 0
let bytes = 0
for (const { name } of await listViews(client)) {
  const copy = client.query(to(`copy (select * from public.${name}) to stdout`))
  const file = createWriteStream(join(folder, `${name}.copy`))
  await pipeline(copy, file)
  rows += copy.rowCount
  bytes += file.bytesWritten
}
reportStep(startedMs, { rows, bytes })
await client.end()
