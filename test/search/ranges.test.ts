import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidSearch } from '../../src/search/invalid-search.ts'
import { bucketRanges, isDateField, readRange, writeRange } from '../../src/search/ranges.ts'
import { readFilters } from '../../src/search/read-search.ts'
import { RANGE_FIELDS } from '../../src/search/search-fields.ts'

const date = (text: string) => Date.parse(text)

describe('a range', () => {
  it.each([
    ['downloads', '1000..5000', { from: 1_000, before: 5_001 }],
    ['downloads', ' 1.5K .. ', { from: 1_500, before: null }],
    ['likes', '..9', { from: null, before: 10 }],
    ['parameters', '1b..8.5B', { from: 1e9, before: 8.5e9 + 1 }],
    ['created', '2024..', { from: date('2024-01-01'), before: null }],
    ['created', '2024..2024', { from: date('2024-01-01'), before: date('2025-01-01') }],
    ['modified', '2024-02..2024-02-29', { from: date('2024-02-01'), before: date('2024-03-01') }],
    ['modified', '..2024-12', { from: null, before: date('2025-01-01') }],
    ['created', '2024-01-01T12:00Z..', { from: date('2024-01-01T12:00Z'), before: null }],
  ] as const)('%s=%s includes both ends', (field, text, range) => {
    expect(readRange(field, text)).toEqual(range)
  })

  it.each([
    ['downloads', '..'],
    ['downloads', ''],
    ['downloads', '5'],
    ['downloads', '-5..'],
    ['downloads', '1..2..3'],
    ['downloads', '10..5'],
    ['downloads', '1e3..'],
    ['downloads', '99999999999T..'],
    ['created', '2024-13..'],
    ['created', '2024-02-30..'],
    ['created', '1000..'],
    ['created', 'yesterday..'],
    ['created', '2024-01-01T12:00..'],
  ] as const)('refuses %s=%s', (field, text) => {
    expect(() => readRange(field, text)).toThrow(InvalidSearch)
  })

  it('is read as it was written', () => {
    const bound = fc.option(fc.integer({ min: 0, max: 4e12 }))
    fc.assert(
      fc.property(fc.constantFrom(...RANGE_FIELDS), bound, bound, (field, first, second) => {
        fc.pre(first !== null || second !== null)
        const [from, before] = first === null || second === null || first < second ? [first, second] : [second, first + 1]
        expect(readRange(field, writeRange(field, { from, before: before === 0 ? 1 : before }))).toEqual({
          from,
          before: before === 0 ? 1 : before,
        })
      }),
    )
  })

  it.each(RANGE_FIELDS)('of each bucket of %s is a filter, and the buckets leave no gap', (field) => {
    const ranges = bucketRanges(field, new Date('2026-11-28'))
    for (const [index, range] of ranges.entries()) {
      expect(readRange(field, writeRange(field, range))).toEqual(range)
      expect(range.from).toBe(ranges[index - 1]?.before ?? null)
    }
    expect(ranges.at(-1)?.before).toBeNull()
    expect(ranges.length).toBeGreaterThan(isDateField(field) ? 30 : 8)
  })
})

describe('filters as people write them', () => {
  it('are values or ranges, by field', () => {
    expect(readFilters(['license=mit,"a,b"', 'parameters=1B-3B', 'Parameters=1B..', 'license=gpl'], ['model'])).toEqual({
      filters: { license: ['mit', 'a,b', 'gpl'], parameters: ['1B-3B'], kind: ['model'] },
      ranges: { parameters: { from: 1e9, before: null } },
    })
  })

  it.each([[['downloads=1..', 'downloads=..5']], [['license=']], [['=mit']], [['license']], [['downloads=5']]])(
    'are refused if they say nothing clear: %j',
    (filters) => {
      expect(() => readFilters(filters)).toThrow(InvalidSearch)
    },
  )

  it('cannot reach the prototype of an object', () => {
    expect(Object.getOwnPropertyNames(readFilters(['__proto__=x', 'constructor=y']).filters)).toEqual([
      '__proto__',
      'constructor',
    ])
  })
})
