import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidSearch } from '../../src/search/invalid-search.ts'
import { readValueList, writeValue } from '../../src/search/value-list.ts'

describe('a list of values', () => {
  it.each([
    ['mit', ['mit']],
    [' mit , apache-2.0 ', ['mit', 'apache-2.0']],
    ['mit,,', ['mit']],
    ['', []],
    [' , ', []],
    ['two words', ['two words']],
    ['"a, b",c', ['a, b', 'c']],
    [' "a,b" , "c" ', ['a,b', 'c']],
    ['"say ""hi"""', ['say "hi"']],
    ['6" screen,b', ['6" screen', 'b']],
    ['""', ['']],
    ['" "', [' ']],
    ['a=b', ['a=b']],
  ])('%j contains %j', (text, values) => {
    expect(readValueList(text)).toEqual(values)
  })

  it.each(['"a,b', '"a"b', '"', 'x,"y'])('refuses %j, whose quotation marks do not match', (text) => {
    expect(() => readValueList(text)).toThrow(InvalidSearch)
  })

  it('preserves every formatted value', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', ',', '"', ' ', '\t', '=', 'é') })), (values) => {
        expect(readValueList(values.map(writeValue).join(', '))).toEqual(values)
      }),
    )
  })
})
