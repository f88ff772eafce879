import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { renderColumns, renderTable } from '../../src/output/table.ts'

test('text is left-aligned, numbers are right-aligned and grouped, null is empty', () => {
  const table = renderColumns({
    columns: ['id', 'downloads', 'license'],
    rows: [
      ['ann/small', 1234567, 'mit'],
      ['bob/larger', 5, null],
    ],
  })
  expect(table.split('\n')).toEqual([
    'id          downloads  license',
    '──────────  ─────────  ───────',
    'ann/small   1,234,567  mit',
    'bob/larger          5',
  ])
})

test('objects are rows, and the keys of the first are the columns', () => {
  expect(renderTable([{ a: 1, b: 'x' }, { b: 'y', a: 2 }, { a: 3 }]).split('\n')).toEqual(['a  b', '─  ─', '1  x', '2  y', '3'])
})

test('a table without rows shows its header', () => {
  expect(renderColumns({ columns: ['id', 'likes'], rows: [] })).toBe('id  likes\n──  ─────')
})

test('small fractions stay visible, large whole numbers keep their digits', () => {
  const cells = (value: unknown) => renderColumns({ columns: ['x'], rows: [[value]] }).split('\n')[2]
  expect(cells(2024)).toBe('2,024')
  expect(cells(0.000012345)).toBe('0.00001235')
  expect(cells(12.5)).toBe('12.5')
  expect(cells(9007199254740993n)).toBe('9,007,199,254,740,993')
})

test('an exact table shows every digit, grouped', () => {
  const rows = [[JSON.rawJSON('-1234567.3333333333333333')], [0.000012345], [123456.789], [100], [1e300], [null]]
  expect(
    renderColumns({ columns: ['x'], rows }, { isExact: true })
      .split('\n')
      .slice(2),
  ).toEqual([
    '-1,234,567.3333333333333333',
    '                0.000012345',
    '                123,456.789',
    '                        100',
    '                     1e+300',
    '',
  ])
})

test('with keepYearsPlain, a column of nothing but years is not grouped, and counts of thousands are', () => {
  const rows = [
    [2024, 1950],
    [2025n, 8355],
    [null, 12],
  ]
  expect(
    renderColumns({ columns: ['year', 'models'], rows }, { keepYearsPlain: true })
      .split('\n')
      .slice(2),
  ).toEqual(['2024   1,950', '2025   8,355', '          12'])
})

test('a column of numbers and texts is text', () => {
  expect(renderColumns({ columns: ['x'], rows: [[1], ['none']] }).split('\n')).toEqual(['x', '────', '1', 'none'])
})

test('structures are shown as JSON', () => {
  expect(renderColumns({ columns: ['tags'], rows: [[['a', 1n]]] })).toContain('["a",1]')
})

test('hostile text stays in its cell', () => {
  const table = renderColumns({ columns: ['\x1b[2J'], rows: [['a\nb\u202e'], [{ '\x9b': '\x1b' }]] })
  expect(table.split('\n')).toHaveLength(4)
  expect(table.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
})

describe('in a terminal', () => {
  test('long texts are shortened, numbers never', () => {
    const table = renderColumns(
      { columns: ['id', 'text', 'likes'], rows: [['ann/small', 'x'.repeat(100), 1234567]] },
      { width: 40 },
    )
    expect(table.split('\n')[2]).toBe(`ann/small  ${'x'.repeat(17)}…  1,234,567`)
  })

  test('a character of several code points is never cut in half', () => {
    const table = renderColumns({ columns: ['id'], rows: [['👩‍👩‍👧'.repeat(20)]] }, { width: 10 })
    expect(table.split('\n')[2]).toBe(`${'👩‍👩‍👧'.repeat(4)}…`)
  })

  test('any texts fit, as long as each column can have eight places', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 28, max: 90 }),
        (rows, width) => {
          const lines = renderColumns({ columns: ['a', 'b', 'c'], rows }, { width }).split('\n')
          expect(lines).toHaveLength(rows.length + 2)
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width)
        },
      ),
      { numRuns: 40 },
    )
  })
})
