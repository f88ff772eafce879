import { expect, test } from 'vitest'
import { renderJsonRows, toJson } from '../../src/output/json.ts'

test('rows are one document with one row per line', () => {
  const json = renderJsonRows({
    columns: ['id', 'likes'],
    rows: [
      ['ann/small', 5],
      ['bob/large', null],
    ],
  })
  expect(json).toBe('[\n{"id":"ann/small","likes":5},\n{"id":"bob/large","likes":null}\n]')
  expect(JSON.parse(json)).toEqual([
    { id: 'ann/small', likes: 5 },
    { id: 'bob/large', likes: null },
  ])
})

test('no rows are an empty array', () => {
  expect(renderJsonRows({ columns: ['id'], rows: [] })).toBe('[]')
})

test('columns keep their order and their names, whatever the names are', () => {
  expect(renderJsonRows({ columns: ['b', '1', '__proto__'], rows: [[1, 2, 3]] })).toBe('[\n{"b":1,"1":2,"__proto__":3}\n]')
})

test('large whole numbers keep their digits', () => {
  expect(toJson({ n: [9007199254740993n] })).toBe('{"n":[9007199254740993]}')
  expect(toJson({ n: [JSON.rawJSON('0.1234567890123456789')] })).toBe('{"n":[0.1234567890123456789]}')
})

test('a missing value is null', () => {
  expect(toJson(undefined)).toBe('null')
  expect(renderJsonRows({ columns: ['a'], rows: [[]] })).toBe('[\n{"a":null}\n]')
})

test('a document is safe to print and has the same meaning', () => {
  const value = { text: '\x1b[2J\x9b\u202e\u{e0041}\n' }
  expect(toJson(value)).not.toMatch(/[\p{Cc}\u202e]/u)
  expect(JSON.parse(toJson(value, 2))).toEqual(value)
})
