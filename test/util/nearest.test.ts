import { expect, test } from 'vitest'
import { nearest } from '../../src/util/nearest.ts'

const known = ['pageSize', 'endpoint', 'retries']

test.each([
  ['pagesize', 'pageSize'],
  ['page-size', 'pageSize'],
  ['endpiont', 'endpoint'],
  ['retires', 'retries'],
])('%s stands for %s', (word, expected) => {
  expect(nearest(word, known)).toBe(expected)
})

test('a word that is near to none has no suggestion', () => {
  expect(nearest('color', known)).toBeUndefined()
  expect(nearest('x'.repeat(100_000), known)).toBeUndefined()
})
