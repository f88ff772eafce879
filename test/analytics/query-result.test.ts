import fc from 'fast-check'
import { expect, test } from 'vitest'
import { QueryRefused } from '../../src/analytics/query-errors.ts'
import { parseAnswer } from '../../src/analytics/query-result.ts'

test('columns are unique, and names that are unique are not changed', () => {
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

test('numbers that a double cannot hold keep all digits, and others are plain', () => {
  const rawText = (text: string) => JSON.stringify(parseAnswer(['["n"]', `[${text}]`]).rows[0]?.[0])
  for (const text of [
    '3.3333333333333333',
    '-0.1234567890123456789',
    '123456789012.12345678',
    '1e400',
    '1e-400',
    `1${'0'.repeat(400)}`,
    `0.${'0'.repeat(400)}1`,
    '[{"a":[12345678901234567890.5]}]',
  ]) {
    expect(rawText(text)).toBe(text)
  }
  expect(parseAnswer(['["n"]', '[1.5000000000000000,1e+22,0.1,-0.30000000000000004,1e-7,0.0]']).rows).toEqual([
    [1.5, 1e22, 0.1, -0.30000000000000004, 1e-7, 0],
  ])
})

test('any number that is a double is returned as that double', () => {
  fc.assert(
    fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (number) => {
      const [value] = parseAnswer(['["n"]', `[${number}]`]).rows[0] ?? []
      expect(Number(value)).toBe(number === 0 ? 0 : number)
    }),
  )
})

test('a value that is nested too deeply is refused with the number of its row, ignoring brackets in strings', () => {
  const nested = (levels: number) => `[${'['.repeat(levels)}${']'.repeat(levels)}]`
  expect(parseAnswer(['["n"]', nested(500), `["${'['.repeat(9_000)}\\""]`]).rows).toHaveLength(2)
  expect(() => parseAnswer(['["n"]', '[1]', nested(501)])).toThrow(/Row 2 .* 501/)
  expect(() => parseAnswer(['["n"]', nested(200_000)])).toThrow(QueryRefused)
})

test('the marker of a limit is not a row', () => {
  expect(parseAnswer(['["a"]', '["rows"]', '"rows"'])).toMatchObject({ rows: [['rows']], truncatedBy: 'rows' })
  expect(parseAnswer(['["a"]', '"bytes"'])).toEqual({ columns: ['a'], rows: [], truncatedBy: 'bytes' })
})

test('a result of another shape is refused', () => {
  expect(() => parseAnswer(['["a"]', '{"a":1}'])).toThrow()
})
