import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { passLine, plainPassLine } from '../../../src/telemetry/lines/pass-line.ts'
import { meterOf } from './meter.ts'

test.each([undefined, 0])('a pass with %s expected repos shows no share', (expectedRepos) => {
  const meter = meterOf({ kind: 'tags', expectedRepos, counts: { pages: 1 } })
  expect(meter.fraction()).toBeUndefined()
  expect(passLine(meter, 80)).not.toMatch(/NaN|%/)
  expect(plainPassLine(meter)).toBe('tags: 0 tags, 1 page')
})

// With as many digits as on the real Hub with a PRO token.
const MODELS = { kind: 'model', expectedRepos: 3_100_000, counts: { repos: 1_240_000, pages: 1_240 } } as const

describe('the line of a running pass', () => {
  const running = meterOf(MODELS, { seconds: 10, repos: 1_323_000 })

  test.each([
    [120, 'models       ██████████░░░░░░░░░░░░░░   42 %  1,323,000 repos  1,240 pages   8,300 repos/s  3 m 34 s left'],
    [80, 'models       █████░░░░░░   42 %  1,323,000 repos   8,300 repos/s  3 m 34 s left'],
    [60, 'models       ███░░░░░   42 %  1,323,000 repos  3 m 34 s left'],
  ])('fits %i columns', (columns, line) => {
    expect(passLine(running, columns)).toBe(line)
    expect(stringWidth(line)).toBeLessThanOrEqual(columns)
  })

  test('has no bar in a file', () => {
    expect(plainPassLine(running)).toBe('models: 42 %, 1,323,000 repos, 1,240 pages, 8,300 repos/s, 3 m 34 s left')
  })
})

describe('the line of an ended pass', () => {
  const ended = meterOf({ ...MODELS, state: 'interrupted' })

  test.each([
    [80, 'models       ████░░░░░░░   40 %  1,240,000 repos  interrupted'],
    [60, 'models       ███░░░░░   40 %  1,240,000 repos  interrupted'],
  ])('fits %i columns', (columns, line) => {
    expect(passLine(ended, columns)).toBe(line)
    expect(stringWidth(line)).toBeLessThanOrEqual(columns)
  })

  test('starts with its state in a file', () => {
    expect(plainPassLine(ended)).toBe('models: interrupted, 1,240,000 repos, 1,240 pages')
  })
})
