import { describe, expect, it } from 'vitest'
import { ageText, spanText, untilText } from '../../src/output/ages.ts'
import { counted, formatBytes, formatDuration } from '../../src/output/format.ts'

describe('figures for people', () => {
  it('use the singular and the plural', () => {
    expect([0, 1, 2, 12_345].map((count) => counted(count, 'page'))).toEqual(['0 pages', '1 page', '2 pages', '12,345 pages'])
    expect([1n, 2n].map((count) => counted(count, 'entry', 'entries'))).toEqual(['1 entry', '2 entries'])
  })

  it('show bytes in the unit that keeps them short', () => {
    expect([0, 999, 1_000, 548_105_171, 999_999, 13_400_962_842, 5e17].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1 kB',
      '548 MB',
      '1 MB',
      '13.4 GB',
      '500 PB',
    ])
  })

  it('show durations in two units at most, and no zero beside a unit', () => {
    expect([0, 59, 300, 185, 7_200, 7_800].map(formatDuration)).toEqual(['0 s', '59 s', '5 m', '3 m 5 s', '2 h', '2 h 10 m'])
    expect(spanText(3 * 86_400)).toBe('3 d')
  })

  it('show ages in one unit', () => {
    const now = new Date('2026-11-24T12:00:00Z')
    const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)
    expect([5, 130, 7_300, 200_000].map((seconds) => ageText(ago(seconds), now))).toEqual([
      '5 s ago',
      '2 m ago',
      '2 h ago',
      '2 d ago',
    ])
    expect(ageText(null, now)).toBe('never')
    expect([untilText(ago(-6_540), now), untilText(ago(1), now)]).toEqual(['in 109 m', 'now'])
  })
})
