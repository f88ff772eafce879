import { describe, expect, it } from 'vitest'
import type { SearchRow } from '../../src/catalog/outbox/outbox.ts'
import { documentOf } from '../../src/search/indexing/to-document.ts'
import { parameterClassOf } from '../../src/search/text/parameter-class.ts'
import { popularityOf } from '../../src/search/text/popularity.ts'

const emptyRow: SearchRow = {
  hubId: 'x',
  kind: 'model',
  id: 'a/b',
  formerNames: null,
  author: 'a',
  title: null,
  description: null,
  tags: [],
  pipelineTag: null,
  taskCategories: [],
  libraryName: null,
  license: null,
  languages: [],
  modalities: [],
  formats: [],
  gated: null,
  sdk: null,
  theme: null,
  sizeCategory: null,
  parameters: null,
  createdAt: null,
  lastModified: null,
  downloads: null,
  likes: null,
  trendingScore: null,
}

describe('search document', () => {
  it('has zero for counters that the Hub never sent, and null for unknown fields', () => {
    expect(documentOf(emptyRow)).toMatchObject({
      hubId: 'x',
      downloads: 0,
      likes: 0,
      trendingScore: 0,
      gated: null,
      parameters: null,
      parameterClass: null,
      createdAt: null,
    })
  })

  it('has all licenses of the tags, or else that of the card', () => {
    expect(documentOf({ ...emptyRow, license: 'mit' }).license).toEqual(['mit'])
    expect(documentOf({ ...emptyRow, license: 'mit', tags: ['license:mit', 'license:gpl'] }).license).toEqual(['mit', 'gpl'])
  })

  it('has all size categories of the tags, or else those of the card', () => {
    const row: SearchRow = { ...emptyRow, kind: 'dataset', sizeCategory: 'n<1K' }
    expect(documentOf(row).sizeCategory).toEqual(['n<1K'])
    expect(documentOf({ ...row, cardSizeCategories: ['n<1K', 7, '1K<n<10K'] }).sizeCategory).toEqual(['n<1K', '1K<n<10K'])
    const tags = ['size_categories:n<1K', 'size_categories:1K<n<10K']
    expect(documentOf({ ...row, tags }).sizeCategory).toEqual(['n<1K', '1K<n<10K'])
    expect(documentOf(emptyRow).sizeCategory).toEqual([])
  })

  it('has the task and library of a model, and the tasks and libraries of a dataset', () => {
    expect(documentOf({ ...emptyRow, pipelineTag: 'fill-mask', libraryName: 'transformers' })).toMatchObject({
      task: ['fill-mask'],
      library: ['transformers'],
    })
    expect(documentOf({ ...emptyRow, taskCategories: ['a', 'b'], tags: ['library:pandas'] })).toMatchObject({
      task: ['a', 'b'],
      library: ['pandas'],
    })
  })
})

describe('parameter class', () => {
  it.each([
    [0, '<1B'],
    [999_999_999, '<1B'],
    [1e9, '1B-3B'],
    [7e9, '7B-13B'],
    [69.9e9, '34B-70B'],
    [70e9, '70B+'],
    [1e13, '70B+'],
    [null, null],
  ])('of %s is %s', (parameters, expected) => {
    expect(parameterClassOf(parameters)).toBe(expected)
  })
})

describe('popularity', () => {
  it('grows with downloads and twice as fast with likes, and accepts any number', () => {
    expect(popularityOf({ downloads: 0, likes: 0 })).toBe(0)
    expect(popularityOf({ downloads: 99, likes: 0 })).toBeLessThan(popularityOf({ downloads: 0, likes: 99 }))
    expect(popularityOf({ downloads: -5, likes: 0 })).toBe(0)
    expect(popularityOf({ downloads: 2 ** 53, likes: 2 ** 53 })).toBeLessThan(2 ** 31)
  })
})
