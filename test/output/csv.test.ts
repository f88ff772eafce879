import { expect, test } from 'vitest'
import { renderCsv } from '../../src/output/csv.ts'

test('a header, then one line per row, without a line break at the end', () => {
  expect(
    renderCsv({
      columns: ['id', 'likes'],
      rows: [
        ['ann/small', 5],
        ['bob/large', 1234567],
      ],
    }),
  ).toBe('id,likes\nann/small,5\nbob/large,1234567')
})

test('null and an empty text are written differently', () => {
  expect(renderCsv({ columns: ['a', 'b', 'c'], rows: [[null, '', 'x ']] })).toBe('a,b,c\n,"",x ')
})

test('separators, quotes and line breaks are quoted', () => {
  expect(renderCsv({ columns: ['a,b'], rows: [['say "hi"'], ['two\nlines']] })).toBe('"a,b"\n"say ""hi"""\n"two\nlines"')
})

test('booleans and structures are JSON, and large numbers keep their digits', () => {
  expect(renderCsv({ columns: ['a', 'b', 'c'], rows: [[true, ['x'], 9007199254740993n]] })).toBe(
    'a,b,c\ntrue,"[""x""]",9007199254740993',
  )
})

test('text that a spreadsheet would run as a formula is disarmed, and numbers are left alone', () => {
  expect(renderCsv({ columns: ['=a'], rows: [['=1+1'], ['@x'], ['-1'], [-1], ['\tx']] })).toBe("'=a\n'=1+1\n'@x\n'-1\n-1\n'\tx")
})

test('numbers of any size are written with all their digits', () => {
  const [exact, low] = [JSON.rawJSON('-3.3333333333333333'), JSON.rawJSON('1e-400')]
  expect(renderCsv({ columns: ['a', 'b', 'c', 'd'], rows: [[exact, low, '-Infinity', { x: exact }]] })).toBe(
    'a,b,c,d\n-3.3333333333333333,1e-400,-Infinity,"{""x"":-3.3333333333333333}"',
  )
})
