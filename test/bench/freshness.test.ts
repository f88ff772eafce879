import { describe, expect, it } from 'vitest'
import { ORDERS, type Order, ours, roundRobin } from '../../bench/freshness/orders.ts'
import { type SimulationReport, simulate } from '../../bench/freshness/simulate.ts'
import { createWorld } from '../../bench/freshness/world.ts'

const ANONYMOUS_QUOTA = 500
const DAYS = 30
const REPOS = 3_000

describe('the freshness simulator', () => {
  const world = createWorld(REPOS, DAYS, 1)
  const run = (order: Order = ours, isWarm = false): SimulationReport =>
    simulate({ order, world, days: DAYS, quota: ANONYMOUS_QUOTA, isWarm })

  it('gives the same world and the same lags for the same seed', () => {
    expect(createWorld(REPOS, DAYS, 1)).toEqual(world)
    expect(createWorld(REPOS, DAYS, 2)).not.toEqual(world)
    expect(run()).toEqual(run())
  })

  it.each([
    { start: 'a first full pass', isWarm: false },
    { start: 'stages that are all done', isWarm: true },
  ])('shows a popularity-weighted lag of less than a fifth of round-robin, starting from $start', ({ isWarm }) => {
    expect(5 * run(ours, isWarm).weightedDays).toBeLessThan(run(roundRobin, isWarm).weightedDays)
  })

  it('never spends more than the budget, whatever the order', () => {
    const requests = world.repos.slice(0, world.present).reduce((sum, repo) => sum + repo.requests, 0)
    const granted = (ANONYMOUS_QUOTA * (DAYS * 86_400)) / 300 / (6_100_000 / REPOS)
    for (const order of ORDERS) expect(run(order).upToDate).toBeLessThan(granted / requests)
  })

  it('eventually prefers a long waiting repo without downloads to one with a thousand', () => {
    const isFirst = (waitingDays: number) => {
      const unwanted = { repo: 1, downloads: 0, requests: 1, dueSinceDays: 0, isFirstTime: false }
      const popular = { repo: 2, downloads: 1_000, requests: 1, dueSinceDays: waitingDays, isFirstTime: false }
      return ours.score(unwanted, waitingDays) > ours.score(popular, waitingDays)
    }
    expect(isFirst(7)).toBe(false)
    expect(isFirst(60)).toBe(true)
  })
})
