import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseFiles } from '../../../../src/crawl/stages/parquet/choose-files.ts'

test('The first files of every split come before further files of any', () => {
  expect(chooseFiles([10_000], 20, 200)).toEqual([20])
  expect(chooseFiles([1, 50, 0, 3], 20, 200)).toEqual([1, 20, 0, 3])
  expect(chooseFiles([50, 50, 50], 20, 7)).toEqual([3, 2, 2])
  expect(chooseFiles(Array(300).fill(9), 20, 200).filter((count) => count === 1)).toHaveLength(200)
})

test('The numbers per split and in total stay within their limits', () => {
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
