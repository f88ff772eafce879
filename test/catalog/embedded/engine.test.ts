import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Engine } from '../../../src/catalog/embedded/engine/engine.ts'
import { query, TYPE } from '../../../src/catalog/embedded/protocol/wire.ts'
import { createDataDirectory } from '../../support/catalog/embedded.ts'

const READY_BYTES = 6

test.each([1, 100_000])(
  'a unit is over as soon as its answer of %d rows is whole, before anything else can happen',
  async (rows) => {
    const dataDirectory = await createDataDirectory()
    const engine = await Engine.start(join(dataDirectory, 'postgres'))
    const text = `select * from generate_series(1, ${rows})`
    let isOver = false
    const seen: boolean[] = []
    const unit = engine.run(new Uint8Array(query(text)), async (messages) => {
      if (messages.at(-READY_BYTES) !== TYPE.readyForQuery) return
      // Whatever has been promised by now is kept, but no event comes between.
      for (let turn = 0; turn < 10; turn++) await undefined
      seen.push(isOver)
    })
    await unit.then(() => {
      isOver = true
    })
    await expect.poll(() => seen).toEqual([true])
    await engine.close()
    await rm(dataDirectory, { recursive: true })
  },
)
