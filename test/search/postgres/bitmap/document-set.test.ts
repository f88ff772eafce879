import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES, BLOCK_SIZE } from '../../../../src/search/postgres/bitmap/blocks.ts'
import { DocumentSet } from '../../../../src/search/postgres/bitmap/document-set.ts'
import { rankTiers } from '../../../../src/search/postgres/query/rank-tiers.ts'

const BLOCKS = 3
const members = fc.uniqueArray(fc.nat(BLOCKS * BLOCK_SIZE - 1), { maxLength: 60 })
const setOf = (ordinals: readonly number[]) => DocumentSet.of(ordinals, BLOCKS)
const ascending = (ordinals: Iterable<number>) => [...ordinals].sort((left, right) => left - right)

describe('a set of documents', () => {
  it('behaves like a set', () => {
    fc.assert(
      fc.property(members, members, (left, right) => {
        const two = new Set(right)
        expect(setOf(left).ordinals()).toEqual(ascending(left))
        expect(setOf(left).count).toBe(left.length)
        expect(setOf(left).and(setOf(right)).ordinals()).toEqual(ascending(left.filter((ordinal) => two.has(ordinal))))
        expect(setOf(left).or(setOf(right)).ordinals()).toEqual(ascending(new Set([...left, ...right])))
        expect(setOf(left).without(setOf(right)).ordinals()).toEqual(ascending(left.filter((ordinal) => !two.has(ordinal))))
        expect(setOf(left).countWith(setOf(right))).toBe(left.filter((ordinal) => two.has(ordinal)).length)
        expect(left.filter((ordinal) => setOf(right).has(ordinal))).toEqual(left.filter((ordinal) => two.has(ordinal)))
      }),
    )
  })

  it('counts full blocks', () => {
    const full = DocumentSet.fromParts([{ block: 1, firstByte: 0, bytes: new Uint8Array(BLOCK_BYTES).fill(255) }], BLOCKS)
    expect(full.count).toBe(BLOCK_SIZE)
    expect(full.ordinals().at(0)).toBe(BLOCK_SIZE)
  })

  it('becomes a parameter of Postgres, ordinal 0 first', () => {
    expect([...DocumentSet.of([0, 7, 12], 1).toVarbit().subarray(0, 7)]).toEqual([0, 0, 0x20, 0, 0x81, 0x08, 0])
  })
})

describe('rank tiers', () => {
  it('order documents by the sum of their lowest cost per word, and contain each once', () => {
    const word = fc.dictionary(fc.constantFrom('0', '2', '3', '8'), fc.uniqueArray(fc.nat(30), { maxLength: 12 }))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (words) => {
        const all = Array.from({ length: 31 }, (_, ordinal) => ordinal)
        const costs = words.map((places) => Object.entries(places).map(([cost, found]) => [Number(cost), found] as const))
        const least = (ordinal: number) =>
          costs.reduce(
            (sum, places) => sum + Math.min(...places.filter(([, found]) => found.includes(ordinal)).map(([cost]) => cost)),
            0,
          )
        const expected = new Map<number, number[]>()
        for (const ordinal of all) {
          const cost = least(ordinal)
          if (Number.isFinite(cost)) expected.set(cost, [...(expected.get(cost) ?? []), ordinal])
        }
        const tiers = rankTiers(
          setOf(all),
          costs.map((places) => new Map(places.map(([cost, found]) => [cost, setOf(found)]))),
        )
        expect(tiers.map(([cost, tier]) => [cost, tier.ordinals()])).toEqual(
          ascending(expected.keys()).map((cost) => [cost, expected.get(cost)]),
        )
      }),
    )
  })
})
