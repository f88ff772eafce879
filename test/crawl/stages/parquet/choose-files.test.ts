import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseFiles } from '../../../../src/crawl/stages/parquet/choose-files.ts'

test('Every split gets its first files before any gets many', () => {
  expect(chooseFiles([10_000], 20, 200)).toEqual([20])
  expect(chooseFiles([1, 50, 0, 3], 20, 200)).toEqual([1, 20, 0, 3])
  expect(chooseFiles([50, 50, 50], 20, 7)).toEqual([3, 2, 2])
  expect(chooseFiles(Array(300).fill(9), 20, 200).filter((count) => count === 1)).toHaveLength(200)
})

test('No split gets more than it has or may have, and all together no more than they may', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40)), fc.nat(30), fc.nat(100), (files, mostOfSplit, mostInAll) => {
      const chosen = chooseFiles(files, mostOfSplit, mostInAll)
      const wanted = files.map((count) => Math.min(count, mostOfSplit))
      const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
      expect(chosen.every((count, index) => count <= (wanted[index] ?? 0))).toBe(true)
      expect(sum(chosen)).toBe(Math.min(sum(wanted), mostInAll))
    }),
  )
})
