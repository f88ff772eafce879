import { expect, test } from 'vitest'
import { passLine } from '../../../src/cli/progress/pass-line.ts'
import { PassMeter } from '../../../src/cli/progress/pass-meter.ts'

const NOTHING_YET = {
  pages: 1,
  repos: 0,
  inserted: 0,
  updated: 0,
  unchanged: 0,
  removed: 0,
  rejected: 0,
  requests: 1,
  unproved: 0,
}

test.each([undefined, 0])('a pass over a list of which %s repos are expected shows no share', (expectedRepos) => {
  const meter = new PassMeter(
    {
      type: 'pass-started',
      kind: 'tags',
      scope: 'full',
      passId: '1',
      resumed: true,
      expectedRepos,
      counts: NOTHING_YET,
    },
    0,
  )
  expect(meter.fraction()).toBeUndefined()
  expect(passLine(meter)).not.toMatch(/NaN|%/)
})
