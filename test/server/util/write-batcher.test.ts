import { describe, expect, it } from 'vitest'
import { WriteBatcher } from '../../../src/server/util/write-batcher.ts'

describe('batched writes', () => {
  it('go together if they arrive during another write', async () => {
    const batches: number[][] = []
    const first = Promise.withResolvers<void>()
    const writes = new WriteBatcher<number>(async (items) => {
      batches.push([...items])
      if (batches.length === 1) await first.promise
    })
    const all = [1, 2, 3, 4].map((item) => writes.write([item]))
    first.resolve()
    await Promise.all(all)
    expect(batches).toEqual([[1], [2, 3, 4]])
  })

  it('start again as soon as the previous one has resolved', async () => {
    let written = 0
    const writes = new WriteBatcher<number>(async () => {
      written++
    })
    for (let item = 0; item < 5; item++) await writes.write([item])
    expect(written).toBe(5)
  })

  it('reject only for their own callers if they fail', async () => {
    const writes = new WriteBatcher<string>((items) => {
      if (items.includes('bad')) throw new Error('No.')
      return Promise.resolve()
    })
    await expect(writes.write(['bad'])).rejects.toThrow('No.')
    await writes.write(['good'])
    await writes.idle()
    expect(writes.waiting).toBe(0)
  })
})
