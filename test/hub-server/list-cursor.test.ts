import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HubRefusal } from '../../src/hub-server/http/hub-refusal.ts'
import { SORT_KEYS } from '../../src/hub-server/hub-store.ts'
import { decodeCursor, encodeCursor } from '../../src/hub-server/lists/list-cursor.ts'

const decoded = (cursor: string) => JSON.parse(Buffer.from(cursor, 'base64').toString())

describe('a list cursor', () => {
  test('is the condition for the next page, in the format of the Hub', () => {
    const cursor = encodeCursor('trendingScore', true, { value: 0, hubId: '6290493547d5d4937a684576' }, false)
    expect(decoded(cursor)).toEqual({
      $or: [
        { trendingScore: 0, _id: { $gt: '6290493547d5d4937a684576' } },
        { trendingScore: { $lt: 0 } },
        { trendingScore: null },
      ],
    })
  })

  test('ascends in an ascending order, with dates as text', () => {
    const value = Date.parse('2024-01-01T00:00:00.000Z')
    const cursor = encodeCursor('createdAt', false, { value, hubId: 'aa' }, false)
    expect(decoded(cursor).$or[1]).toEqual({ createdAt: { $gt: '2024-01-01T00:00:00.000Z' } })
  })

  test('carries a search token with a search', () => {
    const cursor = encodeCursor('likes', true, { value: 1, hubId: 'aa' }, true)
    expect(decoded(cursor)).toHaveProperty('searchSequenceToken')
  })

  test('decodes to the position that it was made from', () => {
    const hubId = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 24, maxLength: 24 })
    const order = fc.constantFrom(...SORT_KEYS).chain((sort) =>
      fc.record({
        sort: fc.constant(sort),
        value: sort === 'id' ? fc.string() : fc.option(fc.integer({ min: 0, max: Date.parse('2100-01-01') })),
      }),
    )
    fc.assert(
      fc.property(order, hubId, fc.boolean(), fc.boolean(), ({ sort, value }, hubId, descending, search) => {
        const cursor = encodeCursor(sort, descending, { value, hubId }, search)
        expect(decodeCursor(sort, cursor)).toEqual({ value, hubId })
      }),
    )
  })

  test('of another order, or an invalid one, is a 400', () => {
    const other = encodeCursor('likes', true, { value: 1, hubId: 'aa' }, false)
    for (const cursor of [other, '', 'not base64 of anything', Buffer.from('null').toString('base64')]) {
      expect(() => decodeCursor('downloads', cursor)).toThrow(HubRefusal)
    }
  })
})
