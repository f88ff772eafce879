import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAnswer } from '../../src/analytics/query-result.ts'

test('columns are unique, and names that already were stay as they are', () => {
  const name = fc.constantFrom('a', 'b', 'a_2', 'a_3', '', '__proto__')
  fc.assert(
    fc.property(fc.array(name, { maxLength: 12 }), (names) => {
      const { columns } = parseAnswer([JSON.stringify(names)])
      expect(columns).toHaveLength(names.length)
      expect(new Set(columns).size).toBe(columns.length)
      expect(columns.filter((_, index) => names.indexOf(names[index] ?? '') === index)).toEqual([...new Set(names)])
    }),
  )
})

test('whole numbers keep all digits, whatever is around them', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (number) => {
      const { rows } = parseAnswer(['["n","text"]', `[${number},"${number}"]`])
      expect(BigInt(Number.MIN_SAFE_INTEGER) <= number && number <= BigInt(Number.MAX_SAFE_INTEGER)).toBe(
        typeof rows[0]?.[0] === 'number',
      )
      expect(rows).toEqual([[expect.toSatisfy((value) => String(value) === String(number)), String(number)]])
    }),
  )
})

test('the mark of a limit is no row', () => {
  expect(parseAnswer(['["a"]', '["rows"]', '"rows"'])).toEqual({ columns: ['a'], rows: [['rows']], cut: 'rows' })
  expect(parseAnswer(['["a"]', '"bytes"'])).toEqual({ columns: ['a'], rows: [], cut: 'bytes' })
})

test('an answer of another shape is refused', () => {
  expect(() => parseAnswer(['["a"]', '{"a":1}'])).toThrow('expected an array')
})
