import { describe, expect, it } from 'vitest'
import { catalogTargets } from '../support/catalog/embedded.ts'
import { runChurnedUp } from '../support/hub/churned-up.ts'

// `hubdex up` has its own test with the other engine.
describe.each(catalogTargets.slice(0, 1))('hubdex up with a Hub that changes ($engine)', ({ create }) => {
  it('ends with a catalog and a search index that match the Hub', async () => {
    const made = await create({ hasSchema: true })
    try {
      const { hub, catalog, searchable, code, passes, tombstones } = await runChurnedUp(made, {
        seconds: 4,
        repos: 300,
        changesPerSecond: 100,
        fullSchedule: '*/4 * * * * *',
        recentSchedule: '* * * * * *',
      })
      expect(catalog).toEqual(hub)
      expect(searchable).toBe(hub.length)
      expect(tombstones).toBeGreaterThan(0)
      expect(passes['recent']).toBeGreaterThan(2)
      expect(code).toBe(0)
    } finally {
      await made.remove()
    }
  })
})
