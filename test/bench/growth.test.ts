import { describe, expect, it } from 'vitest'
import { DAILY, pagesOfDay } from '../../bench/growth/pages.ts'
import { projectGrowth } from '../../bench/growth/paper.ts'

type Item = { _id: string; downloads?: number; likes: number }

describe('the growth simulator', () => {
  const itemsOf = (day: number) => [...pagesOfDay(300, day, DAILY)].flatMap(({ items }) => items as Item[])

  it('gives the same pages for the same day', () => {
    expect(itemsOf(2)).toEqual(itemsOf(2))
  })

  it('moves the counters of the given share of repos per day, and only upwards', () => {
    const before = new Map(itemsOf(2).map((item) => [item._id, item.likes]))
    const after = itemsOf(3).filter(({ _id }) => before.has(_id))
    const moved = after.filter(({ _id, likes }) => likes !== before.get(_id))
    expect(moved.length / after.length).toBeCloseTo(DAILY.moved, 1)
    expect(moved.every(({ _id, likes }) => likes > (before.get(_id) ?? 0))).toBe(true)
  })

  it('projects three times the repos in five years, and a history that only grows', () => {
    const measured = { catalogBytes: 3_000, indexBytes: 2_000, historyBytesPerDay: 50, passSeconds: 1e-4, indexSeconds: 1e-4 }
    const years = projectGrowth(measured, 0.4, 0.8)
    expect(years).toHaveLength(6)
    expect(years[0]).toMatchObject({ 'repos, millions': '6.1', 'catalog GB': 18, 'history GB': 0 })
    expect(years[5]).toMatchObject({ 'repos, millions': '18.3', 'catalog GB': 55 })
  })
})
