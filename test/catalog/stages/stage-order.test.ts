import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { STAGE_WEIGHTS, stageScore, stageScoreSql } from '../../../src/catalog/stages/stage-order.ts'
import { openTestCatalog, type TestCatalog } from '../../support/catalog/catalog.ts'
import { catalogTargets } from '../../support/catalog/embedded.ts'

const counter = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500_000_000 }))
const need = fc.record({
  downloads: counter,
  likes: counter,
  trendingScore: fc.oneof(
    fc.double({ min: -10, max: 5_000, noNaN: true }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
  isFirstTime: fc.boolean(),
  ageDays: fc.double({ min: 0, max: 4_000, noNaN: true }),
})
const weight = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true }))
const weights = fc.record({ likes: weight, trending: weight, popularity: weight, firstTime: weight, age: weight })

test('A repo comes sooner the more popular, the newer to us and the longer due it is', () => {
  const base = { downloads: 100, likes: 3, trendingScore: 1, isFirstTime: false, ageDays: 2 }
  for (const more of [{ downloads: 101 }, { likes: 4 }, { trendingScore: 2 }, { isFirstTime: true }, { ageDays: 3 }]) {
    expect(stageScore({ ...base, ...more })).toBeGreaterThan(stageScore(base))
  }
})

test('An invalid weight is refused and not put into a statement', () => {
  expect(() => stageScoreSql({ ...STAGE_WEIGHTS, age: Number.NaN })).toThrow(/age .*NaN/)
})

describe.each(catalogTargets)('the order in SQL ($engine)', ({ create }) => {
  let catalog: TestCatalog
  beforeAll(async () => {
    catalog = await openTestCatalog(create)
  })
  afterAll(async () => {
    await catalog[Symbol.asyncDispose]()
  })

  test('equals that of the code for any counters and weights', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(need, { minLength: 1, maxLength: 50 }), weights, async (needs, given) => {
        const { rows } = await catalog.connection.pool.query<{ score: number }>(
          `select ${stageScoreSql(given)} as score
           from unnest($1::bigint[], $2::bigint[], $3::double precision[], $4::boolean[], $5::double precision[])
             with ordinality as n(downloads, likes, trending_score, is_first_time, age_days, place) order by place`,
          [
            needs.map(({ downloads }) => downloads),
            needs.map(({ likes }) => likes),
            needs.map(({ trendingScore }) => trendingScore),
            needs.map(({ isFirstTime }) => isFirstTime),
            needs.map(({ ageDays }) => ageDays),
          ],
        )
        for (const [index, one] of needs.entries()) {
          const expected = stageScore(one, given)
          expect(Math.abs((rows[index]?.score ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(expected)))
        }
      }),
      { numRuns: 50 },
    )
  })
})
