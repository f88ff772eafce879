import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PgliteThread } from '../../../src/catalog/embedded/pglite/pglite-thread.ts'
import { query, TYPE } from '../../../src/catalog/embedded/protocol/wire.ts'
import { createDataDirectory } from '../../support/catalog/embedded.ts'

const READY_BYTES = 6

test.each([1, 100_000])('a batch of %d rows is over before any other event once its answer is complete', async (rows) => {
  const dataDirectory = await createDataDirectory()
  const thread = await PgliteThread.start(join(dataDirectory, 'postgres'))
  const text = `select * from generate_series(1, ${rows})`
  let isOver = false
  const seen: boolean[] = []
  const batch = thread.run(new Uint8Array(query(text)), async (messages) => {
    if (messages.at(-READY_BYTES) !== TYPE.readyForQuery) return
    // Pending promises settle, but no event comes in between.
    for (let turn = 0; turn < 10; turn++) await undefined
    seen.push(isOver)
  })
  await batch.then(() => {
    isOver = true
  })
  await expect.poll(() => seen).toEqual([true])
  await thread.close()
  await rm(dataDirectory, { recursive: true })
})
