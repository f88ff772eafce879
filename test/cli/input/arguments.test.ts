import { expect, it } from 'vitest'
import { passKind } from '../../../src/cli/input/arguments.ts'
import { readSince } from '../../../src/cli/input/since.ts'

it('takes the kinds of a crawl in singular or plural and in any letter case, as --kind does', () => {
  const names = ['models', 'Models', 'dataset', 'SPACE', 'Collection', 'Tags']
  expect(names.map(passKind)).toEqual(['model', 'model', 'dataset', 'space', 'collection', 'tags'])
  expect(() => passKind('modls')).toThrow('Did you mean models?')
})

it.each(['999999w', '0000-01-01'])('takes %j, which is before all years of Postgres, as their begin', (text) => {
  expect(readSince(text, new Date()).toISOString()).toBe('0001-01-01T00:00:00.000Z')
})
