import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fusedOrder } from '../../src/search/fused-order.ts'

it('prefers what both rankings have', () => {
  expect(fusedOrder(['a', 'b', 'c'], ['c', 'd'], 0.5)).toEqual(['c', 'a', 'b', 'd'])
})

const ranking = fc.uniqueArray(fc.integer({ min: 0, max: 30 }))

it('has every item of both rankings once', () => {
  fc.assert(
    fc.property(ranking, ranking, fc.double({ min: 0, max: 1, noNaN: true }), (left, right, ratio) => {
      const order = fusedOrder(left, right, ratio)
      expect(order.toSorted()).toEqual([...new Set([...left, ...right])].toSorted())
    }),
  )
})

it('begins with one ranking alone if the other has no weight', () => {
  fc.assert(
    fc.property(ranking, ranking, (left, right) => {
      expect(fusedOrder(left, right, 0).slice(0, left.length)).toEqual(left)
      expect(fusedOrder(left, right, 1).slice(0, right.length)).toEqual(right)
    }),
  )
})
