import { expect, test } from 'vitest'
import { closestMatch } from '../../src/util/closest-match.ts'

const known = ['pageSize', 'endpoint', 'retries']

test.each([
  ['pagesize', 'pageSize'],
  ['page-size', 'pageSize'],
  ['endpiont', 'endpoint'],
  ['retires', 'retries'],
])('%s stands for %s', (word, expected) => {
  expect(closestMatch(word, known)).toBe(expected)
})

test('a word that is close to none has no suggestion', () => {
  expect(closestMatch('color', known)).toBeUndefined()
  expect(closestMatch('x'.repeat(100_000), known)).toBeUndefined()
})
