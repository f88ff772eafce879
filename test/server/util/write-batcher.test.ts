import { describe, expect, it } from 'vitest'
import { WriteBatcher } from '../../../src/server/util/write-batcher.ts'

describe('gathered writes', () => {
  it('go together when they come while one is under way', async () => {
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

  it('begin anew after each, as soon as the one before is answered', async () => {
    let written = 0
    const writes = new WriteBatcher<number>(async () => {
      written++
    })
    for (let item = 0; item < 5; item++) await writes.write([item])
    expect(written).toBe(5)
  })

  it('that fail are told to those who asked for them, and no others', async () => {
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
