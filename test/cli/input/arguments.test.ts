import { expect, it } from 'vitest'
import { passKind } from '../../../src/cli/input/arguments.ts'

it('takes the kinds of a crawl in singular or plural and in any letter case, as --kind does', () => {
  const names = ['models', 'Models', 'dataset', 'SPACE', 'Collection', 'Tags']
  expect(names.map(passKind)).toEqual(['model', 'model', 'dataset', 'space', 'collection', 'tags'])
  expect(() => passKind('modls')).toThrow('Did you mean models?')
})
