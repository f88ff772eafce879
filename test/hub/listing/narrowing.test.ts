import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Narrowing } from '../../../src/hub/listing/narrowing.ts'
import { placeOf, shapedLink } from '../../../src/hub/listing/page-shape.ts'

const EXPANDS = [['all', 'some', 'few'], ['some', 'few'], ['few']]

interface Walked {
  requests: number
  failed: number
  /** The step of properties with which each repo was read. */
  steps: number[]
  isStuck: boolean
}

/** Walks a list of repos in which `comes` decides which pages succeed. */
function walk(repos: number, limit: number, comes: (from: number, size: number, step: number) => boolean): Walked {
  const narrowing = new Narrowing(limit, EXPANDS)
  const walked: Walked = { requests: 0, failed: 0, steps: [], isStuck: false }
  for (let from = 0; from < repos; ) {
    const { limit: size, expand } = narrowing.shape
    const step = EXPANDS.findIndex((one) => one.length === expand.length)
    const came = Math.min(size, repos - from)
    walked.requests++
    if (comes(from, came, step)) {
      narrowing.came(came)
      walked.steps.push(...Array.from({ length: came }, () => step))
      from += came
    } else {
      walked.failed++
      if (!narrowing.narrow()) return { ...walked, isStuck: true }
    }
  }
  return walked
}

const without = (bad: number, lightEnough: number) => (from: number, size: number, step: number) =>
  step >= lightEnough || bad < from || bad >= from + size

test('One bad repo among a thousand is found by bisection, and only it is read with fewer properties', () => {
  const { requests, steps } = walk(3_000, 1_000, without(1_420, 1))
  expect(steps.flatMap((step, repo) => (step > 0 ? [repo] : []))).toEqual([1_420])
  expect(requests).toBeLessThan(30)
})

test('A page that fails in every shape is given up after four more requests', () => {
  const walked = walk(3_000, 1_000, without(1_000, 3))
  expect(walked).toMatchObject({ isStuck: true, failed: 4 })
  expect(walked.steps).toHaveLength(1_000)
})

test('A server that fails at large pages is walked in small ones, and rarely gets requests for larger ones', () => {
  const { requests, isStuck } = walk(50_000, 1_000, (_from, size) => size <= 100)
  expect(isStuck).toBe(false)
  expect(requests).toBeLessThan(1_500)
})

test('A thousand bad repos in a row cost a small multiple of one', () => {
  const { requests, steps } = walk(5_000, 1_000, (from, size, step) => step > 0 || from >= 2_700 || from + size <= 1_700)
  expect(requests).toBeLessThan(150)
  expect(steps.filter((step) => step > 0).length).toBeLessThan(2_000)
})

test('The walk reads each repo once, or stops at one that fails in every shape, with a bounded number of requests', () => {
  const bad = fc.dictionary(fc.nat(199).map(String), fc.integer({ min: 1, max: 3 }), { maxKeys: 12 })
  fc.assert(
    fc.property(bad, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 200 }), (levels, limit, cap) => {
      const levelAt = (repo: number) => levels[String(repo)] ?? 0
      const walked = walk(200, limit, (from, size, step) => {
        const worst = Math.max(...Array.from({ length: size }, (_, index) => levelAt(from + index)))
        return size <= cap && step >= worst
      })
      const firstHopeless = Array.from({ length: 200 }, (_, repo) => repo).find((repo) => levelAt(repo) === 3)
      expect(walked.isStuck).toBe(firstHopeless !== undefined)
      expect(walked.steps).toHaveLength(firstHopeless ?? 200)
      expect(walked.requests).toBeLessThan(200 / Math.min(limit, cap) + 400)
    }),
  )
})

test('Only the number of repos and the properties in a link change', () => {
  const link = 'https://hub.example/api/models?sort=createdAt&limit=1000&expand=a&expand=b&cursor=eyI%3D+%zz'
  expect(shapedLink(link, { limit: 1_000, expand: ['b', 'a'] }, true)).toBe(link)
  expect(shapedLink(link, { limit: 10, expand: ['a', 'b'] }, false)).toBe(
    'https://hub.example/api/models?sort=createdAt&expand=a&expand=b&cursor=eyI%3D+%zz&limit=10',
  )
  expect(shapedLink(link, { limit: 1_000, expand: ['a'] }, false)).toBe(
    'https://hub.example/api/models?sort=createdAt&limit=1000&cursor=eyI%3D+%zz&expand=a',
  )
  expect(shapedLink('https://hub.example/api/models?cursor=2', { limit: 5, expand: ['a'] }, false)).toBe(
    'https://hub.example/api/models?cursor=2',
  )
  expect(shapedLink('https://hub.example/api/models?cursor=2', { limit: 5, expand: ['a'] }, true)).toBe(
    'https://hub.example/api/models?cursor=2&limit=5&expand=a',
  )
  expect(placeOf(link)).toBe('https://hub.example/api/models?sort=createdAt&cursor=eyI%3D+%zz')
})
